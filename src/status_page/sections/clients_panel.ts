// clientsPanel(): the clients of the server, from its statistics.

import { bytesText, countText, durationText, spanText } from "../data/quantities.ts";
import { clip } from "../dom.ts";
import type { PanelContext } from "../panel_context.ts";
import type { ClientStatsJson } from "../stats_json.ts";
import { RowsPanel, type RowTexts } from "./rows_panel.ts";

/** Lists the clients with their queues, drops and round trips. */
export function clientsPanel(context: PanelContext): RowsPanel<ClientStatsJson> {
  return new RowsPanel(context, {
    noun: "client",
    entriesOf: ({ clients }) => clients,
    keyOf: ({ client }) => client.id,
    textsOf,
  });
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
