// Turns: messages per second if the program sends one in each turn of the event loop, so that none can be collected.

import type { LoadReport } from "../load/load_plan.ts";
import { measureLoad } from "./load_run.ts";
import type { BenchOptions } from "./options.ts";
import { inJavaScript, OURS, type ServerKind } from "./server_kinds.ts";
import { alternate, ratio, type SeriesByServer, spread } from "./series.ts";
import { cell, type Section, withRange, withSpread } from "./table.ts";
import { rate } from "./throughput.ts";

const LOAD = { clients: 1, payloadBytes: 1024, rateHz: 0, perTurn: 1 };

/** Measures the servers that run JavaScript. */
export function measureTurns(kinds: readonly ServerKind[], options: BenchOptions): Promise<SeriesByServer<LoadReport>> {
  const { warmUpMs, measureMs } = options;
  const load = { ...LOAD, warmUpMs, measureMs };
  return alternate("turns", options, inJavaScript(kinds), (kind) => measureLoad(kind, load));
}

/** The results as a table. */
export function reportTurns(kinds: readonly ServerKind[], series: SeriesByServer<LoadReport>): Section {
  return {
    title: "One message per turn",
    tables: [{
      caption:
        "Messages per second of 1 KiB to one client, from a program that publishes one message in each turn of the event loop. " +
        `The last column divides the rate by that of \`${OURS.name}\`.`,
      columns: ["server", "messages/s", `÷ ${OURS.name}`],
      rows: inJavaScript(kinds).map((kind) => [
        kind.name,
        cell(kind, spread(series.get(kind.name), rate), withSpread),
        cell(kind, ratio(series.get(kind.name), series.get(OURS.name), rate), withRange),
      ]),
    }],
  };
}
