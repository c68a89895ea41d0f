// UPSTREAM_FAMILIES: the metrics of a server with upstreams, such as a relay.

import type { UpstreamFigures } from "../stats/upstream_figures.ts";
import type { MetricFamily, MetricSource, NumberFamily } from "./metric_family.ts";

/** About the upstreams of a relay. A server without a relay has no samples, so that these are left out. */
export const UPSTREAM_FAMILIES: readonly MetricFamily[] = [
  {
    name: "foxglove_ws_upstream_connected",
    type: "gauge",
    unit: "{connection}",
    help: "Whether the upstream is connected: 1 or 0.",
    read: byUpstream(({ isConnected }) => isConnected ? 1 : 0),
  },
  {
    name: "foxglove_ws_upstream_connections",
    type: "counter",
    unit: "{connection}",
    help: "Connections to the upstream.",
    read: byUpstream(({ connections }) => connections),
  },
  {
    name: "foxglove_ws_upstream_messages",
    type: "counter",
    unit: "{message}",
    help: "Messages that were received from the upstream and passed on.",
    read: byUpstream(({ messages }) => messages),
  },
  {
    name: "foxglove_ws_upstream_bytes",
    type: "counter",
    unit: "bytes",
    help: "Bytes of the payloads of these messages.",
    read: byUpstream(({ bytes }) => bytes),
  },
  {
    name: "foxglove_ws_upstream_publishes_dropped",
    type: "counter",
    unit: "{message}",
    help: "Messages of clients that could not be sent to the upstream.",
    read: byUpstream(({ publishesDropped }) => publishesDropped),
  },
  {
    name: "foxglove_ws_upstream_refused",
    type: "gauge",
    unit: "{refusal}",
    help: "Channels and services of the current connection that are not shown.",
    read: byUpstream(({ refused }) => refused),
  },
];

function byUpstream(valueOf: (figures: UpstreamFigures) => number): NumberFamily["read"] {
  return ({ upstreams }: MetricSource) =>
    upstreams.map((figures) => ({ labels: [["upstream", figures.name]], value: valueOf(figures) }));
}
