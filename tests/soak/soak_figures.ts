// The measurements of the soak, and their evaluation.

import { median } from "../support/quantile.ts";
import { flatness } from "./flatness.ts";

/** The figures that the server prints each second. */
export interface ServerSample {
  rssBytes: number;
  /** Open files of its process, including sockets. */
  handles: number;
  clients: number;
  messagesSent: number;
  messagesDropped: number;
  stuckClients: number;
  overflowedClients: number;
  queuedBytes: number;
}

/** The figures of all clients together. */
export interface ClientFigures {
  /** How many connections were made and closed. */
  visits: number;
  messages: number;
  /** Missing messages that the server did not count as dropped. */
  unexplained: number;
  /** Missing messages that the server counted as dropped. */
  dropped: number;
  /** The errors of all clients. */
  failures: string[];
  /** For each second, the 99th percentile of the latency from publishing to receiving, in ms. */
  latenciesMs: number[];
}

const MIB = 1024 * 1024;

/** The allowed growth. Latency may grow much, because the machine may run other programs for seconds at a time. */
const ALLOWED = {
  rss: { factor: 1.15, plus: 16 * MIB },
  handles: { factor: 1, plus: 8 },
  latency: { factor: 4, plus: 100 },
};

/** The lines of a report, and whether all checks passed. */
export interface SoakReport {
  lines: string[];
  passed: boolean;
}

/** Evaluates a run. Ignores the first samples, during which the clients connect. */
export function evaluate(
  samples: readonly ServerSample[],
  clientFigures: ClientFigures,
  warmUpSamples: number,
): SoakReport {
  const steady = samples.slice(warmUpSamples);
  const rss = flatness(steady.map(({ rssBytes }) => rssBytes), ALLOWED.rss);
  // Without the sockets of clients, whose number changes.
  const handles = flatness(steady.map(({ handles, clients }) => handles - clients), ALLOWED.handles);
  const latency = flatness(clientFigures.latenciesMs.slice(warmUpSamples), ALLOWED.latency);
  const last = samples.at(-1)!;
  const checks: readonly [passed: boolean, text: string][] = [
    [rss.isFlat, `memory: ${mib(rss.first)} MiB in the first quarter, ${mib(rss.last)} MiB in the last`],
    [handles.isFlat, `handles other than those of clients: ${handles.first}, then ${handles.last}`],
    [latency.isFlat, `latency p99: ${latency.first.toFixed(1)} ms, then ${latency.last.toFixed(1)} ms`],
    [
      clientFigures.messages > 0,
      `messages received: ${clientFigures.messages.toLocaleString("en")}, by ${clientFigures.visits} visits`,
    ],
    [
      clientFigures.unexplained === 0,
      `missing messages that were not counted as dropped: ${clientFigures.unexplained}`,
    ],
    [last.stuckClients > 0, `stuck clients evicted: ${last.stuckClients}`],
    [last.overflowedClients === 0, `clients evicted because of too much control data: ${last.overflowedClients}`],
    [clientFigures.failures.length === 0, `failures: ${clientFigures.failures.length}`],
  ];
  const clients = median(steady.map(({ clients }) => clients));
  return {
    passed: checks.every(([passed]) => passed),
    lines: [
      ...checks.map(([passed, text]) => `${passed ? "ok  " : "FAIL"} ${text}`),
      `     clients at a time: ${clients}; messages sent: ${
        last.messagesSent.toLocaleString("en")
      }; dropped for slow ` +
      `and stuck clients: ${
        last.messagesDropped.toLocaleString("en")
      }, of which ${clientFigures.dropped} between others`,
      ...clientFigures.failures.slice(0, 10).map((failure) => `     ${failure}`),
    ],
  };
}

function mib(bytes: number): string {
  return (bytes / MIB).toFixed(1);
}
