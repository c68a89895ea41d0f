// ClientsPanel: the clients of the server, from its statistics.

import { bytesText, countText, durationText, spanText } from "../data/quantities.ts";
import { clip, create, setText } from "../dom.ts";
import { atMostEvery } from "../frame_loop.ts";
import type { Panel, PanelContext } from "../panel_context.ts";
import type { ClientStatsJson } from "../stats_json.ts";
import { RowList, type RowTexts } from "./row_list.ts";

const PERIOD_MS = 500;
/** More clients are counted, but not listed. */
const MAX_ROWS = 200;

/** Lists the clients with their queues, drops and round trips. */
export class ClientsPanel implements Panel {
  readonly element: HTMLElement;
  readonly #context: PanelContext;
  readonly #list = new RowList();
  readonly #note = create("p", { class: "empty" });
  readonly #stop: () => void;

  constructor(context: PanelContext) {
    this.#context = context;
    this.element = create("div", { class: "clients-panel" }, this.#list.element, this.#note);
    this.#stop = context.onFrame(atMostEvery(PERIOD_MS, () => this.#update()));
  }

  close(): void {
    this.#stop();
  }

  #update(): void {
    const stats = this.#context.stats();
    const clients = stats?.clients.slice(0, MAX_ROWS) ?? [];
    this.#list.show(new Map(clients.map((entry) => [entry.client.id, textsOf(entry)])));
    const hidden = (stats?.clients.length ?? 0) - clients.length;
    this.#note.hidden = stats !== undefined && hidden <= 0 && clients.length > 0;
    if (!stats) setText(this.#note, "This server does not report its clients.");
    else setText(this.#note, hidden > 0 ? `and ${countText(hidden, "more client")}` : "No clients");
  }
}

function textsOf({ client, messagesSent, bytesSent, drops, queuedBytes, roundTripMs }: ClientStatsJson): RowTexts {
  const { address, identity, subprotocol, userAgent, connectedAt } = client;
  const seconds = (Date.now() - Date.parse(connectedAt)) / 1000;
  const facts = [subprotocol ?? "no subprotocol", `for ${spanText(seconds)}`, agentText(userAgent ?? "")];
  const roundTrip = roundTripMs === undefined ? "" : ` · round trip ${durationText(roundTripMs)}`;
  // `replaced` and `rate` are wanted: the program has asked for the newest messages only.
  const lost = drops.queue + drops.age;
  const thinned = drops.replaced + drops.rate;
  const losses = [
    queuedBytes > 0 ? `${bytesText(queuedBytes)} queued` : "",
    lost > 0 ? `${lost} dropped` : "",
    thinned > 0 ? `${thinned} thinned` : "",
  ].filter((part) => part !== "");
  return {
    name: identity?.name === undefined ? clip(address) : `${clip(identity.name, 80)} (${clip(address)})`,
    facts: facts.filter((part) => part !== "").join(" · "),
    factsTitle: clip(userAgent ?? "", 300),
    traffic: `${countText(messagesSent, "message")}, ${bytesText(bytesSent)}${roundTrip}`,
    loss: losses.join(", ") || "nothing dropped",
    hasLoss: lost > 0,
  };
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
