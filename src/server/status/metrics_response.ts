// metricsResponse(): the metrics of a server for Prometheus, as far as the sender may see them.

import type { Access } from "../../session/access.ts";
import { addTotal, OTHER_TOPICS, type TopicTotal } from "../stats/topic_totals.ts";
import { METRIC_FAMILIES } from "./metric_families.ts";
import { type MetricSource, metricSourceOf } from "./metric_family.ts";
import { statusResponse } from "./status_response.ts";
import type { StatusRequest, StatusSource } from "./status_source.ts";
import { MEDIA_TYPES, type MetricFormat, writeMetrics } from "./write_metrics.ts";

/** Returns the metrics in the format that the sender prefers. */
export async function metricsResponse(source: StatusSource, { accept, access }: StatusRequest): Promise<Response> {
  const format = preferredFormat(accept);
  const metrics = metricSourceOf(source, await source.turnMs() / 1000);
  const body = writeMetrics(METRIC_FAMILIES, visibleMetrics(metrics, access), format);
  return statusResponse(body, { "content-type": MEDIA_TYPES[format], vary: "Accept" });
}

/** Counts topics that the sender may not see among the others. A sender with such topics sees no upstream. */
function visibleMetrics(metrics: MetricSource, access: Access): MetricSource {
  if (!access.isRestricted("topics")) return metrics;
  return { ...metrics, topics: visibleTopics(metrics.topics, access), upstreams: [] };
}

function visibleTopics(topics: ReadonlyMap<string, TopicTotal>, access: Access): ReadonlyMap<string, TopicTotal> {
  const visible = new Map<string, TopicTotal>();
  for (const [topic, total] of topics) {
    addTotal(visible, access.allows("topics", topic) ? topic : OTHER_TOPICS, total, total);
  }
  return visible;
}

/** Returns the format for a header `Accept`. A client that does not ask for OpenMetrics 1.0 gets the older format. */
export function preferredFormat(accept: string | null): MetricFormat {
  const ranges = (accept ?? "").split(",").map(rangeFrom);
  const weightOf = (accepts: (range: MediaRange) => boolean) =>
    Math.max(0, ...ranges.filter(accepts).map(({ q }) => q));
  const openmetrics = weightOf(({ type, version }) =>
    type === "application/openmetrics-text" && (version === undefined || version.startsWith("1."))
  );
  const text = weightOf(({ type }) => type === "text/plain");
  return openmetrics > 0 && openmetrics >= text ? "openmetrics" : "text";
}

/** An entry of a header `Accept`: RFC 9110, section 12.5.1. */
interface MediaRange {
  type: string;
  version: string | undefined;
  q: number;
}

function rangeFrom(entry: string): MediaRange {
  const [type = "", ...parameters] = entry.split(";").map((part) => part.trim().toLowerCase());
  const valueOf = (name: string) =>
    parameters.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1).replaceAll('"', "");
  const q = Number(valueOf("q") ?? 1);
  return { type, version: valueOf("version"), q: q >= 0 ? q : 0 };
}
