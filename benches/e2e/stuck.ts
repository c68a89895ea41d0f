// Stuck: the effect of one client that has stopped reading on the others.

import type { LoadReport } from "../load/load_plan.ts";
import { measureLoad } from "./load_run.ts";
import type { BenchOptions } from "./options.ts";
import type { ServerKind } from "./server_kinds.ts";
import { alternate, ratio, type SeriesByServer, spread } from "./series.ts";
import { cell, type Section, withRange, withSpread } from "./table.ts";

const LOAD = { clients: 10, payloadBytes: 16 * 1024, rateHz: 1000 };
/** In this time, the server publishes several times as much as the kernel buffers for a client. */
const MIN_WARM_UP_MS = 2500;

/** Without and with a stuck client. */
export interface StuckResults {
  without: SeriesByServer<LoadReport>;
  with: SeriesByServer<LoadReport>;
}

/** Measures every server without and with a stuck client. */
export async function measureStuck(
  kinds: readonly ServerKind[],
  options: BenchOptions,
): Promise<StuckResults> {
  const { warmUpMs, measureMs } = options;
  const load = { ...LOAD, warmUpMs: Math.max(warmUpMs, MIN_WARM_UP_MS), measureMs };
  return {
    without: await alternate("no client stuck", options, kinds, (kind) => measureLoad(kind, load)),
    with: await alternate(
      "one client stuck",
      options,
      kinds,
      (kind) => measureLoad(kind, { ...load, stuckClients: 1 }),
    ),
  };
}

/** The results as a table. */
export function reportStuck(kinds: readonly ServerKind[], results: StuckResults): Section {
  return {
    title: "A client that stops reading",
    tables: [{
      caption:
        "1,000 messages a second of 16 KiB to 10 clients, without and with another client that subscribes and reads nothing: " +
        "messages per second that the slowest of the ten received, the ratio of the two, and the server's memory after " +
        `${(MIN_WARM_UP_MS + 1500) / 1000} s, in MiB.`,
      columns: ["server", "without", "with", "with ÷ without", "memory without", "memory with"],
      rows: kinds.map((kind) => {
        const [without, stuck] = [results.without.get(kind.name), results.with.get(kind.name)];
        return [
          kind.name,
          cell(kind, spread(without, slowestRate), withSpread),
          cell(kind, spread(stuck, slowestRate), withSpread),
          cell(kind, ratio(stuck, without, slowestRate), withRange),
          cell(kind, spread(without, mebibytes), withSpread),
          cell(kind, spread(stuck, mebibytes), withSpread),
        ];
      }),
    }],
  };
}

function slowestRate({ fewestMessages, seconds }: LoadReport): number {
  return fewestMessages / seconds;
}

function mebibytes({ serverRssBytes }: LoadReport): number | undefined {
  return serverRssBytes && serverRssBytes / 1024 ** 2;
}
