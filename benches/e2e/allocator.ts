// Allocator: the effect of environment variables for malloc on large messages.

import type { LoadReport } from "../load/load_plan.ts";
import { measureLoad } from "./load_run.ts";
import type { BenchOptions } from "./options.ts";
import { BARE, OURS, type ServerKind, withEnv } from "./server_kinds.ts";
import { alternate, ratio, type SeriesByServer, spread } from "./series.ts";
import { byteSize, cell, type Section, withRange, withSpread } from "./table.ts";
import { rate } from "./throughput.ts";

const PAYLOAD_BYTES = 1024 * 1024;
const CLIENTS = [1, 10];
/** With these, glibc keeps the memory of each message, and does not return it to the kernel. */
const ENV = { MALLOC_MMAP_THRESHOLD_: "1073741824", MALLOC_TRIM_THRESHOLD_: "1073741824" };

/** The results by number of clients. */
export type AllocatorResults = ReadonlyMap<number, SeriesByServer<LoadReport>>;

/** Measures the servers on Deno without and with the variables. */
export async function measureAllocator(
  kinds: readonly ServerKind[],
  options: BenchOptions,
): Promise<AllocatorResults> {
  const { warmUpMs, measureMs } = options;
  const results = new Map<number, SeriesByServer<LoadReport>>();
  for (const clients of CLIENTS) {
    const load = { clients, payloadBytes: PAYLOAD_BYTES, rateHz: 0, warmUpMs, measureMs };
    const both = onDeno(kinds).flatMap((kind) => [kind, withMemoryKept(kind)]);
    const what = `allocator, ${clients} × ${byteSize(PAYLOAD_BYTES)}`;
    results.set(clients, await alternate(what, options, both, (kind) => measureLoad(kind, load)));
  }
  return results;
}

/** The results as tables. */
export function reportAllocator(kinds: readonly ServerKind[], results: AllocatorResults): Section {
  const environment = Object.entries(ENV).map(([name, value]) => `${name}=${value}`).join(" ");
  const servers = onDeno(kinds);
  return {
    title: "Allocator",
    tables: [
      {
        caption: `Messages per second of ${
          byteSize(PAYLOAD_BYTES)
        }, without and with \`${environment}\` in the environment.`,
        columns: ["clients, server", "without", "with", "with ÷ without"],
        rows: [...results].flatMap(([clients, series]) =>
          servers.map((kind) => {
            const [without, withIt] = [series.get(kind.name), series.get(withMemoryKept(kind).name)];
            return [
              `${clients}, ${kind.name}`,
              cell(kind, spread(without, rate), withSpread),
              cell(kind, spread(withIt, rate), withSpread),
              cell(kind, ratio(withIt, without, rate), withRange),
            ];
          })
        ),
      },
      {
        caption: `Our rate divided by that of \`${BARE.name}\`, without and with these variables.`,
        columns: ["clients", "without", "with"],
        rows: [...results].map(([clients, series]) => [
          String(clients),
          cell(OURS, ratio(series.get(OURS.name), series.get(BARE.name), rate), withRange),
          cell(
            OURS,
            ratio(series.get(withMemoryKept(OURS).name), series.get(withMemoryKept(BARE).name), rate),
            withRange,
          ),
        ]),
      },
    ],
  };
}

function onDeno(kinds: readonly ServerKind[]): ServerKind[] {
  return kinds.filter((kind) => kind === BARE || kind === OURS);
}

function withMemoryKept(kind: ServerKind): ServerKind {
  return withEnv(kind, `${kind.name}, memory kept`, ENV);
}
