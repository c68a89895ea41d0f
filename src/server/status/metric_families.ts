// METRIC_FAMILIES: all metrics of a server, in the order in which they are written.

import { NO_CONNECTIONS } from "../stats/zeros.ts";
import type { TopicTotal } from "../stats/topic_totals.ts";
import { VERSION } from "../../version.ts";
import type { Labels, MetricFamily, MetricSource, NumberFamily, Sample } from "./metric_family.ts";
import { UPSTREAM_FAMILIES } from "./upstream_families.ts";

/** About the server, its clients and its listener. */
const SERVER: readonly MetricFamily[] = [
  {
    name: "foxglove_ws",
    type: "info",
    help: "The version of the package, the runtime, the transport of the listener and the current session.",
    read: ({ runtime, transport, stats: { sessionId } }) =>
      one(1, [["version", VERSION], ["runtime", runtime], ["transport", transport], ["session_id", sessionId]]),
  },
  {
    name: "foxglove_ws_start_time_seconds",
    type: "gauge",
    unit: "seconds",
    help: "When the server was created, in seconds since 1970.",
    read: ({ stats }) => one(stats.createdAt.getTime() / 1000),
  },
  {
    name: "foxglove_ws_clients",
    type: "gauge",
    unit: "{client}",
    help: "Connected clients.",
    read: ({ stats: { clients } }) => {
      const counts = { ...NO_CONNECTIONS };
      for (const { client: { subprotocol } } of clients) counts[subprotocol ?? "none"] += 1;
      return byName("subprotocol", counts);
    },
  },
  {
    name: "foxglove_ws_connections",
    type: "counter",
    unit: "{connection}",
    help: "Clients that have connected.",
    read: ({ stats }) => byName("subprotocol", stats.connections),
  },
  {
    name: "foxglove_ws_disconnections",
    type: "counter",
    unit: "{connection}",
    help: "Clients that were disconnected.",
    read: ({ stats }) => byName("reason", stats.disconnections),
  },
  {
    name: "foxglove_ws_handshakes_refused",
    type: "counter",
    unit: "{handshake}",
    help: "Handshakes that did not lead to a client.",
    read: ({ stats }) => byName("reason", stats.refusedHandshakes),
  },
];

/** About data messages. Each message counts once for each client, except those that are published. */
const MESSAGES: readonly MetricFamily[] = [
  byTopic("foxglove_ws_messages_published", "{message}", "Messages that the program has published.", (topic) => {
    return topic.messagesPublished;
  }),
  byTopic("foxglove_ws_published_bytes", "bytes", "Bytes of the published messages that were encoded.", (topic) => {
    return topic.bytesPublished;
  }),
  byTopic("foxglove_ws_messages_sent", "{message}", "Messages that were passed to the sockets of clients.", (topic) => {
    return topic.messagesSent;
  }),
  byTopic("foxglove_ws_sent_bytes", "bytes", "Bytes of the sent messages, headers included.", (topic) => {
    return topic.bytesSent;
  }),
  {
    name: "foxglove_ws_messages_dropped",
    type: "counter",
    unit: "{message}",
    help: "Messages that were not sent. The reasons queue and age are losses; replaced and rate were asked for.",
    read: ({ topics }) =>
      [...topics].flatMap(([topic, { drops }]) =>
        Object.entries(drops).map(([reason, value]) => ({ labels: [["topic", topic], ["reason", reason]], value }))
      ),
  },
];

/** About queues. */
const QUEUES: readonly MetricFamily[] = [
  {
    name: "foxglove_ws_queue_bytes",
    type: "gauge",
    unit: "bytes",
    help: "Bytes that are queued for all clients together.",
    read: ({ stats }) => one(stats.queuedBytes),
  },
  {
    name: "foxglove_ws_queue_messages",
    type: "gauge",
    unit: "{message}",
    help: "Messages that are queued for all clients together.",
    read: ({ stats }) => one(stats.queuedMessages),
  },
  {
    name: "foxglove_ws_queue_max_bytes",
    type: "gauge",
    unit: "bytes",
    help: "Bytes in the longest queue of one client.",
    read: ({ stats: { clients } }) => one(clients.reduce((max, each) => Math.max(max, each.queuedBytes), 0)),
  },
  {
    name: "foxglove_ws_queue_oldest_seconds",
    type: "gauge",
    unit: "seconds",
    help: "How long the oldest queued message has been queued.",
    read: ({ stats }) => one(stats.oldestQueuedMs / 1000),
  },
];

/** About what clients send and ask for. */
const REQUESTS: readonly MetricFamily[] = [
  {
    name: "foxglove_ws_received_messages",
    type: "counter",
    unit: "{message}",
    help: "Messages from clients.",
    read: ({ stats: { received } }) => entries(received, ([op, { messages }]) => sample(messages, ["op", op])),
  },
  {
    name: "foxglove_ws_received_bytes",
    type: "counter",
    unit: "bytes",
    help: "Bytes of the messages from clients. Text counts one byte for each UTF-16 unit.",
    read: ({ stats: { received } }) => entries(received, ([op, { bytes }]) => sample(bytes, ["op", op])),
  },
  {
    name: "foxglove_ws_requests",
    type: "counter",
    unit: "{request}",
    help: "Requests of clients that have ended.",
    read: ({ stats: { requests } }) =>
      entries(
        requests,
        ([kind, { outcomes }]) =>
          entries(outcomes, ([outcome, count]) => sample(count, ["kind", kind], ["outcome", outcome])),
      ).flat(),
  },
  {
    name: "foxglove_ws_request_duration_seconds",
    type: "histogram",
    unit: "seconds",
    help: "How long the answers to requests took.",
    read: ({ stats: { requests } }) => entries(requests, ([kind, { durations }]) => sample(durations, ["kind", kind])),
  },
  {
    name: "foxglove_ws_requests_in_flight",
    type: "gauge",
    unit: "{request}",
    help: "Requests that are being answered.",
    read: ({ stats: { requests } }) => entries(requests, ([kind, { inFlight }]) => sample(inFlight, ["kind", kind])),
  },
  {
    name: "foxglove_ws_roundtrip_seconds",
    type: "histogram",
    unit: "seconds",
    help: "Round trips to clients. Only the transport direct measures them.",
    read: ({ transport, stats }) => transport === "direct" ? [sample(stats.roundTrips)] : [],
  },
  {
    name: "foxglove_ws_limit_hits",
    type: "counter",
    unit: "{hit}",
    help: "How often clients exceeded a limit.",
    read: ({ stats }) => byName("limit", stats.limitHits),
  },
  {
    name: "foxglove_ws_hook_errors",
    type: "counter",
    unit: "{error}",
    help: "How often a hook or another function of the program failed.",
    read: ({ stats }) => byName("hook", stats.hookErrors),
  },
];

/** About the size of the server, and the process. */
const SIZES: readonly MetricFamily[] = [
  {
    name: "foxglove_ws_channels",
    type: "gauge",
    unit: "{channel}",
    help: "Current channels.",
    read: ({ stats }) => one(stats.channels.length),
  },
  {
    name: "foxglove_ws_subscriptions",
    type: "gauge",
    unit: "{subscription}",
    help: "Current subscriptions of all clients to channels.",
    read: ({ stats }) => one(stats.subscriptions),
  },
  {
    name: "foxglove_ws_services",
    type: "gauge",
    unit: "{service}",
    help: "Current services.",
    read: ({ stats }) => one(stats.services),
  },
  {
    name: "foxglove_ws_event_loop_lag_seconds",
    type: "gauge",
    unit: "seconds",
    help: "How long a turn of the event loop took when the metrics were read.",
    read: ({ eventLoopLagSeconds }) => one(eventLoopLagSeconds),
  },
  {
    name: "process_resident_memory_bytes",
    type: "gauge",
    unit: "bytes",
    help: "Resident memory of the process.",
    read: ({ process }) => one(process.residentBytes),
  },
  {
    name: "process_heap_bytes",
    type: "gauge",
    unit: "bytes",
    help: "Memory of the heap of JavaScript in use.",
    read: ({ process }) => one(process.heapBytes),
  },
  {
    name: "process_cpu_seconds",
    type: "counter",
    unit: "seconds",
    help: "Time that the process has used of all processors.",
    read: ({ process }) => one(process.cpuSeconds),
  },
  {
    name: "process_start_time_seconds",
    type: "gauge",
    unit: "seconds",
    help: "When the process was started, in seconds since 1970.",
    read: ({ process }) => one(process.startTimeSeconds),
  },
];

/** All metrics. */
export const METRIC_FAMILIES: readonly MetricFamily[] = [
  ...SERVER,
  ...MESSAGES,
  ...QUEUES,
  ...REQUESTS,
  ...UPSTREAM_FAMILIES,
  ...SIZES,
];

/** Returns a counter with one sample for each topic. */
function byTopic(
  name: string,
  unit: "bytes" | "{message}",
  help: string,
  count: (total: TopicTotal) => number,
): NumberFamily {
  const read = ({ topics }: MetricSource) =>
    Array.from(topics, ([topic, total]) => sample(count(total), ["topic", topic]));
  return { name, type: "counter", unit, help, read };
}

function byName(label: string, counts: Readonly<Record<string, number>>): Sample<number>[] {
  return entries(counts, ([name, count]) => sample(count, [label, name]));
}

function entries<Value, Result>(
  object: Readonly<Record<string, Value>>,
  map: (entry: [name: string, value: Value]) => Result,
): Result[] {
  return Object.entries(object).map(map);
}

function one(value: number | undefined, labels: Labels = []): Sample<number>[] {
  return value === undefined ? [] : [{ labels, value }];
}

function sample<Value>(value: Value, ...labels: Labels): Sample<Value> {
  return { labels, value };
}
