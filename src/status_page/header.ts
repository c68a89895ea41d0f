// Header: the name of the server, the state of the connection, the number of problems, and links to apps.

import type { ConnectionState, FoxgloveClient } from "../client/mod.ts";
import { spanText } from "./data/quantities.ts";
import { clip, create, setText, showText } from "./dom.ts";
import type { ProblemSummary } from "./panels/server_statuses.ts";
import type { StatsJson } from "./stats_json.ts";

/** The schemes of links to apps. Others could run a script. */
const SAFE_LINK = /^(https?|foxglove):/i;

/** The header of the page. */
export class Header {
  readonly element: HTMLElement;
  /** Called when the user wants to see the warnings and errors. */
  onProblemsClick: () => void = () => {};
  readonly #name = create("h1", {}, "Foxglove WebSocket server");
  readonly #state = create("span", { class: "state" }, "Connecting …");
  readonly #problems = create("button", {
    type: "button",
    class: "problems",
    title: "Show the statuses of the server",
    hidden: true,
  });
  readonly #facts = create("p", { class: "facts" });
  readonly #links = create("nav", { "aria-label": "Open in an app", class: "links" });
  #shownLinks = "";

  constructor() {
    // One live region for both: a screen reader says "Connected 1 warning".
    const condition = create("p", { class: "condition", role: "status" }, this.#state, " ", this.#problems);
    this.#problems.addEventListener("click", () => this.onProblemsClick());
    this.element = create("header", {}, this.#name, condition, this.#facts, this.#links);
  }

  /** Shows the state of the connection. */
  showState(state: ConnectionState): void {
    document.body.dataset.state = state.type;
    setText(this.#state, textOfState(state));
    this.#state.title = state.type === "reconnecting" ? clip(state.error.message, 300) : "";
  }

  /** Shows what is known about the server. */
  showServer(client: FoxgloveClient, stats: StatsJson | undefined, uptimeSeconds: number | undefined): void {
    const name = clip(client.serverInfo.name || stats?.name || "", 80);
    setText(this.#name, name || "Server without a name");
    const title = `${name} · Foxglove WebSocket`;
    if (document.title !== title) document.title = title;
    const { state } = client;
    const isOpen = state.type === "open";
    setText(
      this.#facts,
      [
        !isOpen || uptimeSeconds === undefined ? "" : `up ${spanText(uptimeSeconds)}`,
        isOpen ? state.subprotocol ?? "" : "",
      ].filter((part) => part !== "").join(" · "),
    );
    this.#showLinks(stats?.links);
  }

  /** Shows how many warnings and errors there are; nothing if there is none. */
  showProblems({ text, level }: ProblemSummary): void {
    showText(this.#problems, text);
    this.#problems.dataset.level = level;
  }

  #showLinks(links: StatsJson["links"] | undefined): void {
    const key = `${links?.foxglove}\n${links?.lichtblick}`;
    if (key === this.#shownLinks) return;
    this.#shownLinks = key;
    const entries: [string, string | undefined][] = [["Foxglove", links?.foxglove], ["Lichtblick", links?.lichtblick]];
    this.#links.replaceChildren(
      ...entries.flatMap(([app, href]) =>
        href !== undefined && SAFE_LINK.test(href)
          ? [create("a", { href, target: "_blank", rel: "noopener noreferrer" }, `Open in ${app}`)]
          : []
      ),
    );
  }
}

function textOfState(state: ConnectionState): string {
  switch (state.type) {
    case "connecting":
      return "Connecting …";
    case "open":
      return "Connected";
    case "reconnecting":
      return "Not connected, retrying …";
    case "closed":
      return "Closed";
  }
}
