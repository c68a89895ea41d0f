// Latency: the age of a message when a client has received it, at a moderate rate.

import type { LoadReport } from "../load/load_plan.ts";
import { measureLoad } from "./load_run.ts";
import type { BenchOptions } from "./options.ts";
import type { ServerKind } from "./server_kinds.ts";
import { alternate, type SeriesByServer, spread } from "./series.ts";
import { cell, type Section, withSpread } from "./table.ts";

const LOAD = { clients: 10, payloadBytes: 1024, rateHz: 1000 };

/** Measures every server. */
export function measureLatency(
  kinds: readonly ServerKind[],
  options: BenchOptions,
): Promise<SeriesByServer<LoadReport>> {
  const { warmUpMs, measureMs } = options;
  return alternate("latency", options, kinds, (kind) => measureLoad(kind, { ...LOAD, warmUpMs, measureMs }));
}

/** The results as a table. */
export function reportLatency(kinds: readonly ServerKind[], series: SeriesByServer<LoadReport>): Section {
  const figures: readonly [column: string, figure: (report: LoadReport) => number | undefined][] = [
    ["p50 ms", ({ latencyMs }) => latencyMs?.p50],
    ["p99 ms", ({ latencyMs }) => latencyMs?.p99],
    ["max ms", ({ latencyMs }) => latencyMs?.max],
    ["messages/s", ({ messages, seconds }) => messages / seconds],
    ["CPU µs/message", ({ serverCpuSeconds, messages }) => serverCpuSeconds && serverCpuSeconds / messages * 1e6],
  ];
  return {
    title: "Latency",
    tables: [{
      caption:
        "1,000 messages a second of 1 KiB to 10 clients: time from just before the program publishes a message until a client " +
        "has received all of it. Medians of the rounds, and half of their range.",
      columns: ["server", ...figures.map(([column]) => column)],
      rows: kinds.map((kind) => [
        kind.name,
        ...figures.map(([_, figure]) => cell(kind, spread(series.get(kind.name), figure), withSpread)),
      ]),
    }],
  };
}
