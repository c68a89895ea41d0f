// UpstreamsPanel: the robots of a relay, from its statistics.

import { connectionFailure } from "../../connection_failure.ts";
import { bytesText, countText } from "../data/quantities.ts";
import { clip, create, setText } from "../dom.ts";
import { atMostEvery } from "../frame_loop.ts";
import type { Panel, PanelContext } from "../panel_context.ts";
import type { UpstreamJson } from "../stats_json.ts";
import { RowList, type RowTexts } from "./row_list.ts";

const PERIOD_MS = 500;
/** More robots are counted, but not listed. */
const MAX_ROWS = 200;

/** Lists the robots with their state. */
export class UpstreamsPanel implements Panel {
  readonly element: HTMLElement;
  readonly #context: PanelContext;
  readonly #list = new RowList();
  readonly #note = create("p", { class: "empty" });
  readonly #stop: () => void;

  constructor(context: PanelContext) {
    this.#context = context;
    this.element = create("div", {}, this.#list.element, this.#note);
    this.#stop = context.onFrame(atMostEvery(PERIOD_MS, () => this.#update()));
  }

  close(): void {
    this.#stop();
  }

  #update(): void {
    const upstreams = this.#context.stats()?.upstreams ?? [];
    const shown = upstreams.slice(0, MAX_ROWS);
    this.#list.show(new Map(shown.map((upstream) => [upstream.name, textsOf(upstream)])));
    const hidden = upstreams.length - shown.length;
    this.#note.hidden = hidden === 0;
    setText(this.#note, `and ${countText(hidden, "more robot")}`);
  }
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
