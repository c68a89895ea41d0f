// Throughput: messages per second that the clients receive, and the server's CPU time for each.

import { cpuMicroseconds, type LoadReport } from "../load/load_plan.ts";
import { measureLoad } from "./load_run.ts";
import type { BenchOptions } from "./options.ts";
import { DIRECT, FLOOD, OURS, type ServerKind } from "./server_kinds.ts";
import { alternate, ratio, type SeriesByServer, type Spread, spread } from "./series.ts";
import { byteSize, cell, type Section, withRange, withSpread } from "./table.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const LOADS: readonly Load[] = [
  { clients: 1, payloadBytes: 64 },
  { clients: 1, payloadBytes: KIB },
  { clients: 1, payloadBytes: 64 * KIB },
  { clients: 1, payloadBytes: MIB },
  { clients: 10, payloadBytes: KIB },
  { clients: 10, payloadBytes: 64 * KIB },
  { clients: 10, payloadBytes: MIB },
];

/** The number of clients and the message size. */
interface Load {
  clients: number;
  payloadBytes: number;
}

/** The measurements of one load. */
export interface ThroughputResult extends Load {
  series: SeriesByServer<LoadReport>;
}

/** Measures every load. */
export async function measureThroughput(
  kinds: readonly ServerKind[],
  options: BenchOptions,
): Promise<ThroughputResult[]> {
  const { loads, warmUpMs, measureMs } = options;
  const selected = LOADS.filter(({ clients, payloadBytes }) =>
    loads.length === 0 || loads.includes(`${clients}x${payloadBytes}`)
  );
  const measured: ThroughputResult[] = [];
  for (const load of selected) {
    const series = await alternate(title(load), options, [FLOOD, ...kinds], (kind) => {
      // Prepared frames have no sequence.
      const stamp = kind === FLOOD ? "any" : "sequence";
      return measureLoad(kind, { ...load, rateHz: 0, stamp, warmUpMs, measureMs });
    });
    measured.push({ ...load, series });
  }
  return measured;
}

/** For example `10 × 1 KiB`. */
export function title({ clients, payloadBytes }: Load): string {
  return `${clients} × ${byteSize(payloadBytes)}`;
}

/** Messages per second. */
export function rate({ messages, seconds }: LoadReport): number {
  return messages / seconds;
}

/** The results as tables. */
export function reportThroughput(kinds: readonly ServerKind[], results: readonly ThroughputResult[]): Section {
  const names = kinds.map(({ name }) => name);
  const rows = (columns: (measured: ThroughputResult) => string[]) =>
    results.map((measured) => [title(measured), ...columns(measured)]);
  return {
    title: "Throughput",
    tables: [
      {
        caption:
          "Messages per second that all clients together received: median of the rounds, and half of their range.",
        columns: ["clients × size", ...names],
        rows: rows(({ series }) => kinds.map((kind) => cell(kind, spread(series.get(kind.name), rate), withSpread))),
      },
      ...[OURS, DIRECT].filter((own) => kinds.includes(own)).map((own) => {
        const others = kinds.filter((kind) => kind !== own);
        return {
          caption:
            `The rate of \`${own.name}\` divided by the rate of the other server: median and range of the ratios within ` +
            "each round.",
          columns: ["clients × size", ...others.map(({ name }) => `${own.name} ÷ ${name}`)],
          rows: rows(({ series }) =>
            others.map((kind) => cell(kind, ratio(series.get(own.name), series.get(kind.name), rate), withRange))
          ),
        };
      }),
      {
        caption: "CPU time of the server, all threads, in µs for each delivered message.",
        columns: ["clients × size", ...names],
        rows: rows(({ series }) =>
          kinds.map((kind) => cell(kind, spread(series.get(kind.name), cpuMicroseconds), withSpread))
        ),
      },
      {
        caption: "CPU time of the server, in seconds for each delivered GB.",
        columns: ["clients × size", ...names],
        rows: rows(({ series }) =>
          kinds.map((kind) => cell(kind, spread(series.get(kind.name), cpuPerGigabyte), withSpread))
        ),
      },
      {
        caption:
          "CPU load of the load client's only thread. It is higher for servers that write each message separately, because the " +
          "client then reads smaller pieces. The table below shows the maximum of the load client as `flood`.",
        columns: ["clients × size", ...names],
        rows: rows(({ series }) =>
          kinds.map((kind) =>
            cell(kind, spread(series.get(kind.name), ({ loadClientBusy }) => loadClientBusy), percent)
          )
        ),
      },
      {
        caption:
          `Reliability of the figures. ${FLOOD.name}: messages per second with ${FLOOD.title}. missing: gaps in the sequences ` +
          "of messages. others: the highest CPU load of other programs, in percent of one core.",
        columns: ["clients × size", FLOOD.name, "missing", "others"],
        rows: rows(({ series }) => {
          const reports = kinds.flatMap(({ name }) => series.get(name) ?? []).filter((report) => report !== undefined);
          return [
            cell(FLOOD, spread(series.get(FLOOD.name), rate), withSpread),
            String(reports.reduce((sum, { missing }) => sum + missing, 0)),
            `${Math.round(100 * Math.max(0, ...reports.map(({ othersBusy = 0 }) => othersBusy)))} %`,
          ];
        }),
      },
    ],
  };
}

function cpuPerGigabyte({ serverCpuSeconds, payloadBytes }: LoadReport): number | undefined {
  return serverCpuSeconds === undefined ? undefined : serverCpuSeconds / payloadBytes * 1e9;
}

function percent({ median }: Spread): string {
  return `${Math.round(median * 100)} %`;
}
