// observeMetrics(): offers the metrics of a server to OpenTelemetry, whose API is described as far as it is used.

import { VERSION } from "../../version.ts";
import type { DurationHistogram } from "../stats/duration_histogram.ts";
import { METRIC_FAMILIES } from "./metric_families.ts";
import {
  type HistogramFamily,
  type Labels,
  type MetricSource,
  metricSourceOf,
  type NumberFamily,
  type Sample,
} from "./metric_family.ts";
import type { StatusSource } from "./status_source.ts";

/** An instrument that is read when metrics are collected. Its members are those of its provider. */
export type Observable = object;

/** Names and values that belong to a value of an instrument. */
type Attributes = Readonly<Record<string, string>>;

/** Receives the values of instruments. */
interface ObservableResult {
  observe(observable: Observable, value: number, attributes: Attributes): void;
}

/** Called when metrics are collected. */
type ObservableCallback = (result: ObservableResult) => void;

/** How people see an instrument. */
interface InstrumentOptions {
  description: string;
  unit: string;
}

/** Creates instruments. */
export interface Meter {
  createObservableCounter(name: string, options: InstrumentOptions): Observable;
  createObservableGauge(name: string, options: InstrumentOptions): Observable;
  addBatchObservableCallback(callback: ObservableCallback, observables: Observable[]): void;
  removeBatchObservableCallback(callback: ObservableCallback, observables: Observable[]): void;
}

/** The part of OpenTelemetry that is about metrics. */
export interface MeterProvider {
  getMeter(name: string, version: string): Meter;
}

/** An instrument, and how its values are read. */
interface Instrument {
  observable: Observable;
  read(source: MetricSource): readonly Sample<number>[];
}

/** Runtimes have their own metrics of the process. The lag cannot be measured while a callback is called. */
const NOT_EXPORTED = /^process_|^foxglove_ws_event_loop_lag_/;

/** The attribute that distinguishes several servers of one process. */
const SERVER_NAME = "foxglove_ws.server.name";

/**
 * Creates an observable instrument for each metric of the server. Nothing is counted twice or in advance: values are
 * read when the provider collects them. Returns a function that ends this.
 */
export function observeMetrics(provider: MeterProvider, source: StatusSource): () => void {
  const meter = provider.getMeter("foxglove-ws", VERSION);
  const families = METRIC_FAMILIES.filter(({ name, type }) => !NOT_EXPORTED.test(name) && type !== "info");
  const instruments = families.flatMap((family) => {
    return family.type === "histogram" ? ofHistogram(meter, family) : [ofNumber(meter, family)];
  });
  const observables = instruments.map(({ observable }) => observable);
  const callback: ObservableCallback = (result) => {
    const metrics = metricSourceOf(source, undefined);
    for (const { observable, read } of instruments) {
      for (const { labels, value } of read(metrics)) {
        result.observe(observable, value, attributesFrom(labels, source.name));
      }
    }
  };
  meter.addBatchObservableCallback(callback, observables);
  return () => meter.removeBatchObservableCallback(callback, observables);
}

function ofNumber(meter: Meter, { name, type, help, unit, read }: NumberFamily): Instrument {
  const options = { description: help, unit: unit === undefined ? "1" : UNITS[unit] ?? unit };
  const observable = type === "counter"
    ? meter.createObservableCounter(dotted(name), options)
    : meter.createObservableGauge(dotted(name), options);
  return { observable, read };
}

/** A histogram cannot be observed, so its count and its sum are counters. */
function ofHistogram(meter: Meter, { name, help, read }: HistogramFamily): Instrument[] {
  const part = (suffix: string, unit: string, valueOf: (durations: DurationHistogram) => number): Instrument => ({
    observable: meter.createObservableCounter(`${dotted(name)}.${suffix}`, { description: help, unit }),
    read: (source) => read(source).map(({ labels, value }) => ({ labels, value: valueOf(value) })),
  });
  return [part("count", "1", ({ count }) => count), part("sum", "s", ({ sumSeconds }) => sumSeconds)];
}

/** The units that have another name in OpenTelemetry. */
const UNITS: Readonly<Record<string, string>> = { bytes: "By", seconds: "s" };

/** Returns the name of an instrument, such as `foxglove_ws.messages.sent`. The unit seconds is not part of it. */
function dotted(name: string): string {
  return `foxglove_ws.${name.slice("foxglove_ws_".length).replace(/_seconds$/, "").replaceAll("_", ".")}`;
}

function attributesFrom(labels: Labels, serverName: string): Attributes {
  return { [SERVER_NAME]: serverName, ...Object.fromEntries(labels) };
}
