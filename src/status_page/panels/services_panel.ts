// ServicesPanel: lists the services of the server, and calls them with JSON.

import type { FoxgloveClientListener, Service } from "../../client/mod.ts";
import { create, setText, showText } from "../dom.ts";
import type { Panel, PanelContext } from "../panel_context.ts";
import { shownText } from "../data/quantities.ts";
import { capabilitiesOf } from "./server_facts.ts";
import { ServiceForm } from "./service_form.ts";

/** A page with more rows is slow. The filter finds the others. */
const MAX_FORMS = 200;
/** How many forms of services that are gone keep their requests. */
const MAX_GONE = 200;

/** Lists the services. Each one opens to a form. */
export class ServicesPanel implements Panel {
  readonly element: HTMLElement;
  readonly #context: PanelContext;
  readonly #listener: FoxgloveClientListener;
  readonly #filter = create("input", { type: "search", placeholder: "name or type" });
  readonly #facts = create("p", { class: "facts" });
  readonly #problem = create("p", { class: "problem", hidden: true });
  readonly #list = create("div", { class: "services" });
  readonly #forms = new Map<string, ServiceForm>();
  readonly #stopFrames: () => void;
  #isStale = true;

  constructor(context: PanelContext) {
    this.#context = context;
    this.element = create(
      "section",
      { class: "panel services-panel", "aria-label": "Services" },
      create(
        "div",
        { class: "panel-bar" },
        create("label", { class: "field" }, create("span", {}, "Filter"), this.#filter),
        this.#facts,
      ),
      this.#problem,
      this.#list,
    );
    const markStale = () => void (this.#isStale = true);
    this.#filter.addEventListener("input", markStale);
    this.#listener = {
      onServerInfo: markStale,
      onAdvertiseServices: markStale,
      onUnadvertiseServices: markStale,
      onConnectionState: markStale,
    };
    context.client.addListener(this.#listener);
    this.#stopFrames = context.onFrame(() => {
      if (this.#isStale && context.isVisible(this.element)) this.#draw();
    });
  }

  close(): void {
    this.#stopFrames();
    this.#context.client.removeListener(this.#listener);
  }

  #draw(): void {
    this.#isStale = false;
    const { client } = this.#context;
    // While the server is away, the forms stay, so that their requests are not lost.
    if (client.state.type !== "open") return;
    const wanted = this.#filter.value.toLowerCase();
    const services = [...client.services.values()];
    const matching = services.filter((service) => matches(service, wanted)).sort((a, b) => a.name < b.name ? -1 : 1);
    const listed = matching.slice(0, MAX_FORMS);
    const names = new Set(services.map(({ name }) => name));
    // A service may come back, for example because a server that restarts advertises it later. Its request is kept.
    const gone = [...this.#forms].filter(([name]) => !names.has(name));
    for (const [, form] of gone) form.element.remove();
    for (const [name] of gone.slice(0, -MAX_GONE)) this.#forms.delete(name);
    const encodings = client.serverInfo.supportedEncodings;
    for (const [index, service] of listed.entries()) {
      this.#formAt(index, service).update(service, encodings);
    }
    // Forms that the filter hides keep their requests.
    while (this.#list.children.length > listed.length) this.#list.lastElementChild?.remove();
    this.#showFacts(listed.length, services.length);
  }

  #formAt(index: number, service: Service): ServiceForm {
    let form = this.#forms.get(service.name);
    if (!form) {
      form = new ServiceForm(this.#context.client, service, this.#context.signal);
      this.#forms.set(service.name, form);
    }
    const current = this.#list.children[index];
    // Moving an element takes the focus from it, so it is moved only if it is in the wrong place.
    if (current !== form.element) this.#list.insertBefore(form.element, current ?? null);
    return form;
  }

  #showFacts(listed: number, count: number): void {
    setText(this.#facts, shownText(listed, count, "service"));
    const text = !capabilitiesOf(this.#context.client).has("services")
      ? 'The server has no services: its capability "services" is missing.'
      : count === 0
      ? "The server has not advertised any services."
      : "";
    showText(this.#problem, text);
  }
}

function matches({ name, type }: Service, wanted: string): boolean {
  return name.toLowerCase().includes(wanted) || type.toLowerCase().includes(wanted);
}
