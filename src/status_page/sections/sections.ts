// Sections: the sections of the page below the plots.

import type { LayoutStore } from "../layout_store.ts";
import type { Panel, PanelContext } from "../panel_context.ts";
import { create } from "../dom.ts";
import { atMostEvery } from "../frame_loop.ts";
import { countText } from "../data/quantities.ts";
import { AppFindings } from "./app_findings.ts";
import { AppsPanel } from "./apps_panel.ts";
import { ImagePanel } from "../panels/image_panel.ts";
import { LogPanel } from "../panels/log_panel.ts";
import { ParametersPanel } from "../panels/parameters_panel.ts";
import { ServicesPanel } from "../panels/services_panel.ts";
import { StatusesPanel } from "../panels/statuses_panel.ts";
import { clientsPanel } from "./clients_panel.ts";
import { Section } from "./section.ts";
import { upstreamsPanel } from "./upstreams_panel.ts";

/** The sections, in the order of the page. */
type SectionId = "images" | "log" | "parameters" | "services" | "upstreams" | "clients" | "statuses" | "apps";

/** Checking all channels takes some time. */
const CHECK_PERIOD_MS = 2000;

/** Makes the sections, and keeps their badges current. */
export class Sections {
  readonly #context: PanelContext;
  readonly #findings: AppFindings;
  readonly #check: () => void;
  readonly #sections: Readonly<Record<SectionId, Section>>;

  constructor(context: PanelContext, store: LayoutStore) {
    this.#context = context;
    this.#findings = new AppFindings(context.client);
    this.#check = atMostEvery(CHECK_PERIOD_MS, () => this.#findings.check());
    const make = (id: SectionId, title: string, open: () => Panel, isOpen = false) =>
      new Section({ id, title, open, isOpen }, store);
    this.#sections = {
      images: make("images", "Images", () => new ImagePanel(context), true),
      log: make("log", "Log", () => new LogPanel(context), true),
      parameters: make("parameters", "Parameters", () => new ParametersPanel(context)),
      services: make("services", "Services", () => new ServicesPanel(context)),
      upstreams: make("upstreams", "Robots", () => upstreamsPanel(context), true),
      clients: make("clients", "Clients", () => clientsPanel(context), true),
      statuses: make("statuses", "Statuses and connection graph", () => new StatusesPanel(context)),
      apps: make("apps", "What apps would refuse", () => new AppsPanel(context, this.#findings)),
    };
  }

  /** The elements, in the order of the page: a stack of what shows data, and one of the others. */
  get stacks(): readonly HTMLElement[] {
    const { images, log, ...others } = this.#sections;
    return [[images, log], Object.values(others)].map((sections) =>
      create("div", { class: "stack" }, ...sections.map(({ element }) => element))
    );
  }

  /** Shows the current counts, and the sections for which the server has something. */
  update(): void {
    const { client } = this.#context;
    // Without a connection, the client knows no channels, but the user keeps what is open.
    if (client.state.type === "open") this.#showPresent();
    const { clients, upstreams = [] } = this.#context.stats() ?? {};
    const connected = upstreams.filter(({ isConnected }) => isConnected).length;
    this.#sections.upstreams.setPresent(upstreams.length > 0);
    const areAllConnected = connected === upstreams.length;
    this.#sections.upstreams.setBadge(
      `${connected} of ${upstreams.length} connected`,
      areAllConnected ? "" : "warning",
    );
    this.#sections.clients.setPresent(clients !== undefined);
    this.#sections.clients.setBadge(String(clients?.length ?? ""));
    const { problems: { text, level }, size } = this.#context.statuses;
    this.#sections.statuses.setBadge(text || (size > 0 ? String(size) : ""), level);
    this.#check();
    const { problems } = this.#findings;
    const hasErrors = problems.some(({ level }) => level === "error");
    if (problems.length === 0) this.#sections.apps.setBadge("nothing", "good");
    else this.#sections.apps.setBadge(countText(problems.length, "problem"), hasErrors ? "bad" : "warning");
  }

  /** Opens the statuses, and scrolls to them. */
  revealStatuses(): void {
    this.#sections.statuses.reveal();
  }

  #showPresent(): void {
    const { client } = this.#context;
    const { images, log, parameters, services } = this.#sections;
    let [imageTopics, logTopics] = [0, 0];
    for (const channel of client.channels.values()) {
      if (ImagePanel.accepts(channel)) imageTopics += 1;
      if (LogPanel.accepts(channel)) logTopics += 1;
    }
    const { capabilities } = client.serverInfo;
    images.setPresent(imageTopics > 0);
    images.setBadge(imageTopics > 1 ? countText(imageTopics, "topic") : "");
    log.setPresent(logTopics > 0);
    log.setBadge(logTopics > 1 ? countText(logTopics, "topic") : "");
    parameters.setPresent(capabilities.includes("parameters") || client.parameters.size > 0);
    parameters.setBadge(client.parameters.size > 0 ? String(client.parameters.size) : "");
    services.setPresent(capabilities.includes("services") || client.services.size > 0);
    services.setBadge(client.services.size > 0 ? String(client.services.size) : "");
  }
}
