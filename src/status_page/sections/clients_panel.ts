// ClientsPanel: the clients of the server, from its statistics.

import { bytesText, countText, durationText, spanText } from "../data/quantities.ts";
import { clip, create, setText } from "../dom.ts";
import { atMostEvery } from "../frame_loop.ts";
import type { Panel, PanelContext } from "../panel_context.ts";
import type { ClientStatsJson } from "../stats_json.ts";

const PERIOD_MS = 500;
/** More clients are counted, but not listed. */
const MAX_ROWS = 200;

interface Row {
  readonly element: HTMLLIElement;
  readonly name: HTMLElement;
  readonly facts: HTMLElement;
  readonly traffic: HTMLElement;
  readonly loss: HTMLElement;
}

/** Lists the clients with their queues, drops and round trips. */
export class ClientsPanel implements Panel {
  readonly element: HTMLElement;
  readonly #context: PanelContext;
  readonly #list = create("ul", { class: "clients" });
  readonly #note = create("p", { class: "empty" });
  readonly #rows = new Map<number, Row>();
  readonly #stop: () => void;

  constructor(context: PanelContext) {
    this.#context = context;
    this.element = create("div", { class: "clients-panel" }, this.#list, this.#note);
    this.#stop = context.onFrame(atMostEvery(PERIOD_MS, () => this.#update()));
  }

  close(): void {
    this.#stop();
  }

  #update(): void {
    const stats = this.#context.stats();
    const clients = stats?.clients.slice(0, MAX_ROWS) ?? [];
    const ids = new Set(clients.map(({ client }) => client.id));
    for (const [id, { element }] of this.#rows) {
      if (ids.has(id)) continue;
      element.remove();
      this.#rows.delete(id);
    }
    for (const entry of clients) this.#show(this.#rows.get(entry.client.id) ?? this.#add(entry.client.id), entry);
    const hidden = (stats?.clients.length ?? 0) - clients.length;
    this.#note.hidden = stats !== undefined && hidden <= 0 && clients.length > 0;
    if (!stats) setText(this.#note, "This server does not report its clients.");
    else setText(this.#note, hidden > 0 ? `and ${countText(hidden, "more client")}` : "No clients");
  }

  #add(id: number): Row {
    const [name, facts] = [create("span", { class: "client-name" }), create("span", { class: "kind" })];
    const [traffic, loss] = [create("span", { class: "traffic" }), create("span", { class: "loss" })];
    const element = create("li", {}, name, facts, traffic, loss);
    const row = { element, name, facts, traffic, loss };
    this.#rows.set(id, row);
    this.#list.append(element);
    return row;
  }

  #show(row: Row, { client, messagesSent, bytesSent, drops, queuedBytes, roundTripMs }: ClientStatsJson): void {
    const { address, identity, subprotocol, userAgent, connectedAt } = client;
    setText(row.name, identity?.name === undefined ? clip(address) : `${clip(identity.name, 80)} (${clip(address)})`);
    const seconds = (Date.now() - Date.parse(connectedAt)) / 1000;
    const facts = [subprotocol ?? "no subprotocol", `for ${spanText(seconds)}`, agentText(userAgent ?? "")];
    setText(row.facts, facts.filter((part) => part !== "").join(" · "));
    row.facts.title = clip(userAgent ?? "", 300);
    const roundTrip = roundTripMs === undefined ? "" : ` · round trip ${durationText(roundTripMs)}`;
    setText(row.traffic, `${countText(messagesSent, "message")}, ${bytesText(bytesSent)}${roundTrip}`);
    // `replaced` and `rate` are wanted: the program has asked for the newest messages only.
    const lost = drops.queue + drops.age;
    const thinned = drops.replaced + drops.rate;
    const losses = [
      queuedBytes > 0 ? `${bytesText(queuedBytes)} queued` : "",
      lost > 0 ? `${lost} dropped` : "",
      thinned > 0 ? `${thinned} thinned` : "",
    ].filter((part) => part !== "");
    setText(row.loss, losses.join(", ") || "nothing dropped");
    row.loss.dataset.level = lost > 0 ? "warning" : "";
  }
}

/** Returns `Firefox 140` for a browser, whose full name is long. Others are shown as they are. */
function agentText(userAgent: string): string {
  const names = [["Edg", "Edge"], ["OPR", "Opera"], ["Firefox"], ["Electron"], ["Chrome"], [
    "Version",
    "Safari",
  ]] as const;
  for (const [token, name = token] of names) {
    const [, version] = new RegExp(`${token}/(\\d+)`).exec(userAgent) ?? [];
    if (version !== undefined && userAgent.startsWith("Mozilla/")) return `${name} ${version}`;
  }
  return clip(userAgent, 60);
}
