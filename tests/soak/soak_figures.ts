// What the soak measures, and what it makes of that.

import { median } from "../support/quantile.ts";
import { flatness } from "./flatness.ts";

/** What the server says of itself each second. */
export interface ServerSample {
  rssBytes: number;
  /** Open files of its process, sockets among them. */
  handles: number;
  clients: number;
  messagesSent: number;
  messagesDropped: number;
  stuckClients: number;
  overflowedClients: number;
  queuedBytes: number;
}

/** What the clients saw, all together. */
export interface GuestFigures {
  /** How many came and left. */
  visits: number;
  messages: number;
  /** Messages missing between others, none of which the server counted as dropped. */
  unexplained: number;
  /** Messages missing between others for slow clients, as the server counted them. */
  dropped: number;
  /** What went wrong. */
  failures: string[];
  /** Of each second, the 99th percentile from publishing to receiving, in ms. */
  latenciesMs: number[];
}

const MIB = 1024 * 1024;

/** What may grow how much. Memory settles for a while; latency is that of a machine that does other things as well, for seconds at a time. */
const ALLOWED = {
  rss: { factor: 1.15, plus: 16 * MIB },
  handles: { factor: 1, plus: 8 },
  latency: { factor: 4, plus: 100 },
};

/** The lines of a report, and whether all is well. */
export interface Verdict {
  lines: string[];
  isWell: boolean;
}

/** Judges a run by its samples, of which the first ones, while all clients arrive, are left out. */
export function judge(samples: readonly ServerSample[], guests: GuestFigures, warmUpSamples: number): Verdict {
  const steady = samples.slice(warmUpSamples);
  const rss = flatness(steady.map(({ rssBytes }) => rssBytes), ALLOWED.rss);
  // Without the sockets of clients, which come and go.
  const handles = flatness(steady.map(({ handles, clients }) => handles - clients), ALLOWED.handles);
  const latency = flatness(guests.latenciesMs.slice(warmUpSamples), ALLOWED.latency);
  const last = samples.at(-1)!;
  const checks: readonly [isWell: boolean, text: string][] = [
    [rss.isFlat, `memory: ${mib(rss.first)} MiB in the first quarter, ${mib(rss.last)} MiB in the last`],
    [handles.isFlat, `handles beside the clients': ${handles.first}, then ${handles.last}`],
    [latency.isFlat, `latency p99: ${latency.first.toFixed(1)} ms, then ${latency.last.toFixed(1)} ms`],
    [guests.messages > 0, `messages received: ${guests.messages.toLocaleString("en")}, by ${guests.visits} visits`],
    [guests.unexplained === 0, `missing messages that were not counted as dropped: ${guests.unexplained}`],
    [last.stuckClients > 0, `stuck clients given up: ${last.stuckClients}`],
    [last.overflowedClients === 0, `clients lost to too much control data: ${last.overflowedClients}`],
    [guests.failures.length === 0, `failures: ${guests.failures.length}`],
  ];
  const clients = median(steady.map(({ clients }) => clients));
  return {
    isWell: checks.every(([isWell]) => isWell),
    lines: [
      ...checks.map(([isWell, text]) => `${isWell ? "ok  " : "FAIL"} ${text}`),
      `     clients at a time: ${clients}; messages sent: ${
        last.messagesSent.toLocaleString("en")
      }; dropped for slow ` +
      `and stuck clients: ${last.messagesDropped.toLocaleString("en")}, of which ${guests.dropped} between others`,
      ...guests.failures.slice(0, 10).map((failure) => `     ${failure}`),
    ],
  };
}

function mib(bytes: number): string {
  return (bytes / MIB).toFixed(1);
}
