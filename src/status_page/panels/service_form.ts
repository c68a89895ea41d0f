// ServiceForm: one service with a request to edit, a button to call it, and its response.

import type { FoxgloveClient, Service } from "../../client/mod.ts";
import { clip, create, setText, showText } from "../dom.ts";
import { durationText } from "../data/quantities.ts";
import { failureText } from "./server_facts.ts";
import { exampleRequest, requestMistake, responseText, uncallableReason } from "./service_call.ts";

const MAX_ROWS = 12;
let lastId = 0;

/** A service that opens to a form. Its request stays while the server is away. */
export class ServiceForm {
  readonly element: HTMLDetailsElement;
  readonly #client: FoxgloveClient;
  readonly #signal: AbortSignal;
  readonly #type = create("span", { class: "kind" });
  readonly #reason = create("p", { class: "problem", hidden: true });
  readonly #call = create("button", { type: "submit", class: "primary" }, "Call");
  readonly #cancel = create("button", { type: "button", hidden: true }, "Cancel");
  readonly #result = create("output", { class: "result" });
  readonly #response = create("pre", { tabindex: 0, hidden: true, role: "region", "aria-label": "Response" });
  #service: Service;
  #form: HTMLFormElement | undefined;
  #text: HTMLTextAreaElement | undefined;
  #abort: AbortController | undefined;

  /** `signal` aborts with the page. */
  constructor(client: FoxgloveClient, service: Service, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
    this.#service = service;
    const name = create("span", { class: "name" }, clip(service.name));
    this.element = create("details", {}, create("summary", {}, name, " ", this.#type), this.#reason);
    // A server may have hundreds of services with large schemas, so a form is made when it is needed.
    this.element.addEventListener("toggle", () => this.#open());
  }

  /** Shows a service with the same name, which the server has advertised now. */
  update(service: Service, encodings: readonly string[] | undefined): void {
    this.#service = service;
    setText(this.#type, clip(service.type));
    const reason = uncallableReason(service, encodings);
    showText(this.#reason, reason);
    if (this.#form) this.#form.hidden = reason !== undefined;
    this.element.classList.toggle("is-callable", reason === undefined);
  }

  #open(): void {
    if (this.#form || !this.element.open) return;
    const id = `service-${++lastId}`;
    const example = exampleRequest(this.#service);
    const rows = Math.min(MAX_ROWS, example.split("\n", MAX_ROWS).length);
    this.#text = create("textarea", { id, rows, spellcheck: "false", "aria-describedby": `${id}-result` });
    this.#text.value = example;
    this.#result.id = `${id}-result`;
    this.#form = create(
      "form",
      { hidden: !this.#reason.hidden },
      create("label", { for: id }, "Request (JSON)"),
      this.#text,
      create("div", { class: "panel-bar" }, this.#call, this.#cancel, this.#result),
      this.#response,
    );
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#callService();
    });
    this.#text.addEventListener("keydown", ({ key, ctrlKey, metaKey }) => {
      if (key === "Enter" && (ctrlKey || metaKey)) void this.#callService();
    });
    this.#cancel.addEventListener("click", () => this.#abort?.abort());
    this.element.append(this.#form);
  }

  async #callService(): Promise<void> {
    const text = this.#text?.value ?? "";
    if (this.#abort) return;
    const mistake = requestMistake(text);
    this.#text?.setAttribute("aria-invalid", String(mistake !== undefined));
    if (mistake !== undefined) return this.#show(mistake, "bad");
    this.#abort = new AbortController();
    this.#setBusy(true);
    this.#show("Calling …", "busy");
    const startMs = performance.now();
    const duration = () => durationText(performance.now() - startMs);
    try {
      const signal = AbortSignal.any([this.#signal, this.#abort.signal]);
      const result = await this.#client.callService(this.#service.name, text, { encoding: "json", signal });
      this.#show(`Response after ${duration()}`, "good", responseText(result));
    } catch (error) {
      const reason = this.#abort.signal.aborted
        ? "Cancelled. The server may still carry out the call."
        : failureText(error);
      this.#show(`${reason} (after ${duration()})`, "bad");
    } finally {
      this.#abort = undefined;
      this.#setBusy(false);
    }
  }

  #setBusy(isBusy: boolean): void {
    const hadFocus = document.activeElement === (isBusy ? this.#call : this.#cancel);
    this.#call.hidden = isBusy;
    this.#cancel.hidden = !isBusy;
    // A hidden button loses the focus, and keyboard users would have to begin at the top of the page.
    if (hadFocus) (isBusy ? this.#cancel : this.#call).focus();
  }

  #show(text: string, kind: "good" | "bad" | "busy", response?: string): void {
    setText(this.#result, text);
    this.#result.className = `result ${kind}`;
    showText(this.#response, response);
  }
}
