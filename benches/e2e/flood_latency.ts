// Latency under load: the age of messages if the program sends as many large ones as the clients read.

import type { LoadReport } from "../load/load_plan.ts";
import { measureLoad } from "./load_run.ts";
import type { BenchOptions } from "./options.ts";
import { inJavaScript, type ServerKind } from "./server_kinds.ts";
import { alternate, type SeriesByServer, spread } from "./series.ts";
import { cell, type Section, withSpread } from "./table.ts";
import { title } from "./throughput.ts";

const MIB = 1024 * 1024;
const LOADS = [{ clients: 1, payloadBytes: MIB }, { clients: 10, payloadBytes: MIB }];

/** The measurements of one load. */
export interface FloodLatencyResult {
  clients: number;
  payloadBytes: number;
  series: SeriesByServer<LoadReport>;
}

/** Measures the servers that run JavaScript. */
export async function measureFloodLatency(
  kinds: readonly ServerKind[],
  options: BenchOptions,
): Promise<FloodLatencyResult[]> {
  const { warmUpMs, measureMs } = options;
  const results: FloodLatencyResult[] = [];
  for (const load of LOADS) {
    const name = `latency under load, ${title(load)}`;
    const plan = { ...load, rateHz: 0, stampsTime: true, warmUpMs, measureMs };
    results.push({
      ...load,
      series: await alternate(name, options, inJavaScript(kinds), (kind) => measureLoad(kind, plan)),
    });
  }
  return results;
}

/** The results as a table. */
export function reportFloodLatency(kinds: readonly ServerKind[], results: readonly FloodLatencyResult[]): Section {
  return {
    title: "Latency under load",
    tables: [{
      caption:
        "As many messages of 1 MiB as the clients read: the time from just before the program publishes a message until a client " +
        "has received all of it, in ms. Every program keeps up to 4 MiB in the queue of its slowest client.",
      columns: ["clients × size", "server", "p50 ms", "p99 ms", "max ms"],
      rows: results.flatMap((result) =>
        inJavaScript(kinds).map((kind) => [
          title(result),
          kind.name,
          ...(["p50", "p99", "max"] as const).map((figure) =>
            cell(kind, spread(result.series.get(kind.name), ({ latencyMs }) => latencyMs?.[figure]), withSpread)
          ),
        ])
      ),
    }],
  };
}
