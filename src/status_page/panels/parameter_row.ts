// ParameterRow: one parameter with its name, its control, and the result of the last change.

import type { Parameter, ParameterType, ParameterValue } from "../../client/mod.ts";
import { textOf } from "../../error_text.ts";
import { clip, create, setText, showText } from "../dom.ts";
import type { ParameterRangeJson } from "../../server/status/plain_json.ts";
import { type Control, createControl } from "./parameter_controls.ts";
import { controlFor, isSameValue, textOfValue, withValue } from "./parameter_value.ts";
import { failureText } from "./server_facts.ts";

let lastId = 0;

/** Sends a parameter to the server, and returns the value that it has afterwards. */
export type SetParameter = (parameter: Parameter) => Promise<ParameterValue | undefined>;

/** One parameter. */
export class ParameterRow {
  readonly element: HTMLElement;
  readonly #id = `parameter-${++lastId}`;
  readonly #set: SetParameter;
  readonly #name: string;
  readonly #label: HTMLElement;
  readonly #controls = create("div", { class: "controls" });
  readonly #hint: HTMLElement;
  readonly #result: HTMLElement;
  #control: Control | undefined;
  /** What the control was made for. Another kind of value, or another range, needs another control. */
  #madeFor = "";
  #value: ParameterValue | undefined;
  #type: ParameterType | undefined;
  #isReadOnly = false;
  /** The value to send when the response to the last one has arrived. */
  #next: ParameterValue | undefined;
  #isSending = false;

  constructor(name: string, set: SetParameter) {
    this.#name = name;
    this.#set = set;
    this.#label = create("label", { for: this.#id, id: `${this.#id}-label` }, clip(name));
    this.#hint = create("p", { class: "hint", id: `${this.#id}-hint`, hidden: true });
    this.#result = create("output", { for: this.#id, id: `${this.#id}-result` });
    this.element = create("li", {}, this.#label, this.#controls, this.#result, this.#hint);
  }

  /** Shows a value, unless the user is editing. `isEditable`: whether the server accepts changes at all. */
  update({ value, type }: Parameter, range: ParameterRangeJson, isEditable: boolean): void {
    if (value === undefined) return;
    const madeFor = JSON.stringify([controlFor(withValue(this.#name, value, type), range), typeof value, range]);
    const isNew = madeFor !== this.#madeFor;
    if (!isNew && isSameValue(value, this.#value) && this.#isReadOnly === !isEditable) return;
    this.#value = value;
    this.#type = type;
    this.#isReadOnly = !isEditable;
    if (isNew) {
      this.#madeFor = madeFor;
      this.#createControl(value, range);
    }
    // A push must not replace what the user types, or move the slider in their hand.
    if (isNew || !this.#control?.isEdited && !this.#isSending) this.#control?.show(value);
    const isReadOnly = !isEditable || range.readOnly === true;
    // After show(), because fields with a text that is too long stay disabled.
    this.#control?.setDisabled(isReadOnly);
    this.#showHint(range, isReadOnly);
  }

  /** Disables the control while the server is away. */
  disable(): void {
    this.#isReadOnly = true;
    this.#control?.setDisabled(true);
  }

  #createControl(value: ParameterValue, range: ParameterRangeJson): void {
    const kind = controlFor(withValue(this.#name, value, this.#type), range);
    this.element.dataset.control = kind;
    this.#control = createControl(kind, this.#id, value, range, {
      onValue: (chosen, isFinal) => this.#send(chosen, isFinal),
      onInvalid: (error) => this.#showResult(textOf(error), "bad"),
      onRevert: () => this.#revert(),
    });
    this.#control.input.setAttribute("aria-describedby", `${this.#id}-hint ${this.#id}-result`);
    this.#controls.replaceChildren(...this.#control.elements);
  }

  #showHint({ description, min, max, oneOf }: ParameterRangeJson, isReadOnly: boolean): void {
    const limits = oneOf
      ? ""
      : min !== undefined && max !== undefined
      ? `${min} to ${max}`
      : min !== undefined
      ? `${min} or more`
      : max !== undefined
      ? `${max} or less`
      : "";
    const kind = this.#type === "byte_array" ? "base64" : "";
    const parts = [description ? clip(description, 500) : "", limits, kind, isReadOnly ? "read-only" : ""];
    showText(this.#hint, parts.filter(Boolean).join(" · "));
  }

  /** Sends one value at a time: a moving slider sends as fast as the server answers. */
  async #send(value: ParameterValue, isFinal: boolean): Promise<void> {
    this.#next = value;
    if (this.#isSending) return;
    this.#isSending = true;
    let isAccepted = true;
    if (isFinal) this.#showResult("Sending …", "busy");
    while (this.#next !== undefined) {
      const sent = this.#next;
      this.#next = undefined;
      isAccepted = await this.#request(sent);
    }
    this.#isSending = false;
    if (this.#value === undefined || !this.#control) return;
    if (!isAccepted) this.#control.reject(this.#value);
    else if (!this.#control.isEdited) this.#control.show(this.#value);
  }

  /** Returns whether the server accepted the value. */
  async #request(value: ParameterValue): Promise<boolean> {
    try {
      const result = await this.#set(withValue(this.#name, value, this.#type));
      if (result !== undefined) this.#value = result;
      if (result === undefined || isSameValue(result, value)) {
        this.#showResult("Set", "good");
        return true;
      }
      this.#showResult(`The server has set ${clip(textOfValue(result), 60)} instead`, "bad");
    } catch (error) {
      // The row has the name already.
      this.#showResult(`Not set: ${failureText(error).replace(`"${this.#name}": `, "")}`, "bad");
    }
    return false;
  }

  #revert(): void {
    if (this.#value !== undefined) this.#control?.show(this.#value);
    this.#showResult("", "good");
  }

  #showResult(text: string, kind: "good" | "bad" | "busy"): void {
    setText(this.#result, text);
    this.#result.className = kind;
    this.#control?.input.setAttribute("aria-invalid", String(kind === "bad"));
  }
}
