// writeMetrics(): writes metrics as OpenMetrics 1.0, or as the older text format of Prometheus.

import type { DurationHistogram } from "../stats/duration_histogram.ts";
import type { Labels, MetricFamily, MetricSource, Sample } from "./metric_family.ts";

/** A format of Prometheus. */
export type MetricFormat = "openmetrics" | "text";

/** The media type of each format. */
export const MEDIA_TYPES: Readonly<Record<MetricFormat, string>> = {
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
  text: "text/plain; version=0.0.4; charset=utf-8",
};

/** Writes all metrics. */
export function writeMetrics(families: readonly MetricFamily[], source: MetricSource, format: MetricFormat): string {
  const written = families.map((family) => writeFamily(family, source, format)).join("");
  return format === "openmetrics" ? `${written}# EOF\n` : written;
}

function writeFamily(family: MetricFamily, source: MetricSource, format: MetricFormat): string {
  const samples = family.type === "histogram"
    ? family.read(source).map((sample) => writeHistogram(family.name, sample)).join("")
    : family.read(source).map((sample) => writeSample(nameOfSamples(family), sample)).join("");
  return samples === "" ? "" : head(family, format) + samples;
}

/** Returns the name of the samples of a metric with a number. */
function nameOfSamples({ name, type }: MetricFamily): string {
  return type === "counter" ? `${name}_total` : type === "info" ? `${name}_info` : name;
}

/**
 * Writes the description. In OpenMetrics, it has the name of the metric. In the older format, it has the name of the
 * samples, and there are neither units nor the type info.
 */
function head(family: MetricFamily, format: MetricFormat): string {
  const { type, unit, help } = family;
  if (format === "text") {
    const name = type === "histogram" ? family.name : nameOfSamples(family);
    return `# HELP ${name} ${help}\n# TYPE ${name} ${type === "info" ? "gauge" : type}\n`;
  }
  const { name } = family;
  const unitLine = unit === "bytes" || unit === "seconds" ? `# UNIT ${name} ${unit}\n` : "";
  return `# TYPE ${name} ${type}\n${unitLine}# HELP ${name} ${help}\n`;
}

function writeSample(name: string, { labels, value }: Sample<number>): string {
  return `${name}${writeLabels(labels)} ${value}\n`;
}

/** Each bucket also counts those before it. */
function writeHistogram(name: string, { labels, value }: Sample<DurationHistogram>): string {
  const { boundsSeconds, counts, count, sumSeconds } = value;
  let sum = 0;
  const buckets = [...boundsSeconds.map(writeBound), "+Inf"].map((bound, index) => {
    sum += counts[index] ?? 0;
    return writeSample(`${name}_bucket`, { labels: [...labels, ["le", bound]], value: sum });
  });
  return buckets.join("") + writeSample(`${name}_count`, { labels, value: count }) +
    writeSample(`${name}_sum`, { labels, value: sumSeconds });
}

/** OpenMetrics requires a decimal point. Both formats have the same text, because it is part of the time series. */
function writeBound(bound: number): string {
  return Number.isInteger(bound) ? `${bound}.0` : `${bound}`;
}

function writeLabels(labels: Labels): string {
  if (labels.length === 0) return "";
  return `{${labels.map(([name, value]) => `${name}="${escapeValue(value)}"`).join(",")}}`;
}

function escapeValue(value: string): string {
  if (!/[\\"\n]/.test(value)) return value;
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
