// Start: from the start of the process until the server listens.

import type { BenchOptions } from "./options.ts";
import { BARE, type ServerKind } from "./server_kinds.ts";
import { ServerProcess } from "./server_process.ts";
import { alternate, type SeriesByServer, spread } from "./series.ts";
import { cell, type Section, significant, withSpread } from "./table.ts";

/** Start times are short and vary, so there are more measurements. */
const STARTS_PER_ROUND = 4;

/** Measures every server, in ms. */
export function measureStarts(kinds: readonly ServerKind[], options: BenchOptions): Promise<SeriesByServer<number>> {
  return alternate("start", { ...options, rounds: STARTS_PER_ROUND * options.rounds }, kinds, async (kind) => {
    await using server = await ServerProcess.start(kind, { payloadBytes: 64, rateHz: 1 });
    return server.startMs;
  });
}

/** The results as a table. */
export function reportStarts(kinds: readonly ServerKind[], series: SeriesByServer<number>): Section {
  const own = (kind: ServerKind) => spread(series.get(kind.name), (startMs) => startMs);
  const bare = own(BARE);
  return {
    title: "Start",
    tables: [{
      caption: "Time from the start of the process until it prints its port, in ms.",
      columns: ["server", "ms", `more than ${BARE.name}`],
      rows: kinds.map((kind) => [
        kind.name,
        cell(kind, own(kind), withSpread),
        bare === undefined ? "unknown" : cell(kind, own(kind), ({ median }) => significant(median - bare.median)),
      ]),
    }],
  };
}
