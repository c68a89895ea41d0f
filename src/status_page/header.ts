// Header: the name of the server, the state of the connection, and links to apps.

import type { ConnectionState, FoxgloveClient } from "../client/mod.ts";
import { spanText } from "./data/quantities.ts";
import { clip, create, setText } from "./dom.ts";
import type { StatsJson } from "./stats_json.ts";

/** The schemes of links to apps. Others could run a script. */
const SAFE_LINK = /^(https?|foxglove):/i;

/** The header of the page. */
export class Header {
  readonly element: HTMLElement;
  readonly #name = create("h1", {}, "Foxglove WebSocket server");
  readonly #state = create("p", { class: "state", role: "status" }, "Connecting …");
  readonly #facts = create("p", { class: "facts" });
  readonly #links = create("nav", { "aria-label": "Open in an app", class: "links" });
  #shownLinks = "";

  constructor() {
    this.element = create("header", {}, this.#name, this.#state, this.#facts, this.#links);
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
