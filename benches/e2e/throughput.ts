// Throughput: how many messages a second reach the clients, and what each costs the server.

import type { LoadReport } from "../load/load_plan.ts";
import { measureLoad } from "./load_run.ts";
import type { BenchOptions } from "./options.ts";
import { FLOOD, OURS, type ServerKind } from "./server_kinds.ts";
import { alternate, ratio, type SeriesByServer, type Spread, spread } from "./series.ts";
import { byteSize, cell, type Section, withRange, withSpread } from "./table.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const CELLS: readonly Load[] = [
  { clients: 1, payloadBytes: 64 },
  { clients: 1, payloadBytes: KIB },
  { clients: 1, payloadBytes: 64 * KIB },
  { clients: 1, payloadBytes: MIB },
  { clients: 10, payloadBytes: KIB },
  { clients: 10, payloadBytes: 64 * KIB },
  { clients: 10, payloadBytes: MIB },
];

/** How many clients get messages of what size. */
interface Load {
  clients: number;
  payloadBytes: number;
}

/** What was measured of one load. */
export interface ThroughputCell extends Load {
  series: SeriesByServer<LoadReport>;
}

/** Measures every cell. */
export async function measureThroughput(
  kinds: readonly ServerKind[],
  options: BenchOptions,
): Promise<ThroughputCell[]> {
  const { cells, warmUpMs, measureMs } = options;
  const wanted = CELLS.filter(({ clients, payloadBytes }) =>
    cells.length === 0 || cells.includes(`${clients}x${payloadBytes}`)
  );
  const measured: ThroughputCell[] = [];
  for (const load of wanted) {
    const series = await alternate(title(load), options, [FLOOD, ...kinds], (kind) => {
      // Frames that were made beforehand have no sequence.
      const stamp = kind === FLOOD ? "any" : "sequence";
      return measureLoad(kind, { ...load, rateHz: 0, stamp, warmUpMs, measureMs });
    });
    measured.push({ ...load, series });
  }
  return measured;
}

/** Such as `10 × 1 KiB`. */
export function title({ clients, payloadBytes }: Load): string {
  return `${clients} × ${byteSize(payloadBytes)}`;
}

/** Messages per second. */
export function rate({ messages, seconds }: LoadReport): number {
  return messages / seconds;
}

/** The results as tables. */
export function reportThroughput(kinds: readonly ServerKind[], cells: readonly ThroughputCell[]): Section {
  const names = kinds.map(({ name }) => name);
  const others = kinds.filter((kind) => kind !== OURS);
  const rows = (columns: (measured: ThroughputCell) => string[]) =>
    cells.map((measured) => [title(measured), ...columns(measured)]);
  return {
    title: "Throughput",
    tables: [
      {
        caption:
          "Messages per second that the clients got, all clients together: median, and half of the range over the rounds.",
        columns: ["clients × size", ...names],
        rows: rows(({ series }) => kinds.map((kind) => cell(kind, spread(series.get(kind.name), rate), withSpread))),
      },
      {
        caption: "How many times the other's rate ours is: median and range of the ratios within each round.",
        columns: ["clients × size", ...others.map(({ name }) => `ours ÷ ${name}`)],
        rows: rows(({ series }) =>
          others.map((kind) => cell(kind, ratio(series.get(OURS.name), series.get(kind.name), rate), withRange))
        ),
      },
      {
        caption: "CPU time of the server, all its threads, in µs for each message delivered.",
        columns: ["clients × size", ...names],
        rows: rows(({ series }) =>
          kinds.map((kind) => cell(kind, spread(series.get(kind.name), cpuMicroseconds), withSpread))
        ),
      },
      {
        caption: "CPU time of the server in seconds for each GB delivered.",
        columns: ["clients × size", ...names],
        rows: rows(({ series }) =>
          kinds.map((kind) => cell(kind, spread(series.get(kind.name), cpuPerGigabyte), withSpread))
        ),
      },
      {
        caption:
          "How busy the load client's one thread was. It has less to do where messages come in larger pieces, so that it works " +
          "much with servers that write each by itself; how many it takes at least, `flood` shows below.",
        columns: ["clients × size", ...names],
        rows: rows(({ series }) =>
          kinds.map((kind) =>
            cell(kind, spread(series.get(kind.name), ({ loadClientBusy }) => loadClientBusy), percent)
          )
        ),
      },
      {
        caption:
          `Whether the figures can be trusted. ${FLOOD.name}: messages per second with ${FLOOD.title}. missing: gaps in any ` +
          "sequence of messages. others: the most that other programs took, in percent of one core.",
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

function cpuMicroseconds({ serverCpuSeconds, messages }: LoadReport): number | undefined {
  return serverCpuSeconds === undefined ? undefined : serverCpuSeconds / messages * 1e6;
}

function cpuPerGigabyte({ serverCpuSeconds, payloadBytes }: LoadReport): number | undefined {
  return serverCpuSeconds === undefined ? undefined : serverCpuSeconds / payloadBytes * 1e9;
}

function percent({ median }: Spread): string {
  return `${Math.round(median * 100)} %`;
}
