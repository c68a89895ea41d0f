// MetricFamily: the description of a metric, from which all formats are written. MetricSource: what metrics read.

import type { DurationHistogram } from "../stats/duration_histogram.ts";
import type { ServerStats } from "../stats/server_stats.ts";
import type { TopicTotal } from "../stats/topic_totals.ts";
import type { UpstreamFigures } from "../stats/upstream_figures.ts";
import { type ProcessFigures, readProcess, runtimeName } from "./process_figures.ts";
import type { StatusSource } from "./status_source.ts";

/** The labels of a sample: names and values. */
export type Labels = readonly (readonly [name: string, value: string])[];

/** One value of a metric. */
export interface Sample<Value> {
  readonly labels: Labels;
  readonly value: Value;
}

/** The figures of one moment from which all samples are read. */
export interface MetricSource {
  readonly stats: ServerStats;
  /** The totals of each topic by name. */
  readonly topics: ReadonlyMap<string, TopicTotal>;
  readonly upstreams: readonly UpstreamFigures[];
  /** The transport of the server's own listener. */
  readonly transport: string;
  /** The runtime and its version, such as `"Deno 2.9.6"`. */
  readonly runtime: string;
  /** How long a turn of the event loop took; `undefined` if it was not measured. */
  readonly eventLoopLagSeconds: number | undefined;
  readonly process: ProcessFigures;
}

/** Returns the current figures of a server. */
export function metricSourceOf(source: StatusSource, eventLoopLagSeconds: number | undefined): MetricSource {
  return {
    stats: source.stats(),
    topics: source.topics(),
    upstreams: source.upstreams(),
    transport: source.transport,
    runtime: runtimeName(),
    eventLoopLagSeconds,
    process: readProcess(),
  };
}

/** The parts that all kinds of metrics have. */
interface FamilyBase<Value> {
  /**
   * The name in all formats of Prometheus, without `_total`. If the unit is bytes or seconds, it ends with the unit.
   */
  readonly name: string;
  /** What is measured, as one sentence without double quotes. */
  readonly help: string;
  /** The unit. `{message}`: a count of messages, and so on. Absent for a metric without one. */
  readonly unit?: "bytes" | "seconds" | `{${string}}`;
  /** Returns the samples, each with other labels. Without samples, the metric is left out. */
  read(source: MetricSource): readonly Sample<Value>[];
}

/** A metric with a number: a `counter` never falls, and an `info` is always 1 and has its facts as labels. */
export interface NumberFamily extends FamilyBase<number> {
  readonly type: "counter" | "gauge" | "info";
}

/** A metric with the distribution of durations. */
export interface HistogramFamily extends FamilyBase<DurationHistogram> {
  readonly type: "histogram";
}

/** A metric. */
export type MetricFamily = NumberFamily | HistogramFamily;
