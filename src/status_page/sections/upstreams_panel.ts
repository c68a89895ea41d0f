// upstreamsPanel(): the robots of a relay, from its statistics.

import { connectionFailure } from "../../connection_failure.ts";
import { bytesText, countText } from "../data/quantities.ts";
import { clip } from "../dom.ts";
import type { PanelContext } from "../panel_context.ts";
import type { UpstreamJson } from "../stats_json.ts";
import { RowsPanel, type RowTexts } from "./rows_panel.ts";

/** Lists the robots with their state. */
export function upstreamsPanel(context: PanelContext): RowsPanel<UpstreamJson> {
  return new RowsPanel(context, {
    noun: "robot",
    entriesOf: ({ upstreams }) => upstreams,
    keyOf: ({ name }) => name,
    textsOf,
  });
}

function textsOf(upstream: UpstreamJson): RowTexts {
  const { name, isConnected, problem, connections, messages, bytes, publishesDropped, refused } = upstream;
  const again = connections > 1 ? ` · ${countText(connections - 1, "reconnect")}` : "";
  const losses = [
    refused > 0 ? `${countText(refused, "name")} refused` : "",
    publishesDropped > 0 ? `${countText(publishesDropped, "command")} lost` : "",
  ].filter((part) => part !== "");
  return {
    name: clip(name, 80),
    facts: isConnected ? `connected${again}` : notConnected(problem),
    factsTitle: isConnected ? "" : clip(problem ?? "", 300),
    traffic: `${countText(messages, "message")}, ${bytesText(bytes)}`,
    loss: losses.join(", "),
    hasProblem: !isConnected,
    hasLoss: losses.length > 0,
  };
}

/** The address is left out, because the reason must fit on a line. */
function notConnected(problem: string | undefined): string {
  return problem === undefined ? "not connected" : clip(`not connected: ${connectionFailure(problem).reason}`, 300);
}
