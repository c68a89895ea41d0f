// google.protobuf.Timestamp and google.protobuf.Duration, whose values are bigints of nanoseconds.

import type { PayloadType } from "./field.ts";
import { jsonToDuration, jsonToTimestamp } from "./json_values.ts";
import type { ProtobufReader } from "./reader.ts";
import { NANOS_LONG } from "./time.ts";
import { LENGTH_DELIMITED } from "./wire.ts";

/** Nanoseconds since the Unix epoch. Programs may also pass a `Date`. */
export const TIMESTAMP: PayloadType = {
  name: "google.protobuf.Timestamp",
  wireType: LENGTH_DELIMITED,
  zero: undefined,
  empty: () => 0n,
  write: (writer, value) => writer.timestamp(value as bigint | Date),
  read: readTime,
  fromJson: jsonToTimestamp,
  writeFields: (writer, value) => writer.timestampFields(value as bigint | Date),
  readFields: (reader) => reader.timeFields(0n, 0),
};

/** Nanoseconds. */
export const DURATION: PayloadType = {
  name: "google.protobuf.Duration",
  wireType: LENGTH_DELIMITED,
  zero: undefined,
  empty: () => 0n,
  write: (writer, value) => writer.duration(value as bigint),
  read: readTime,
  fromJson: jsonToDuration,
  writeFields: (writer, value) => writer.durationFields(value as bigint),
  readFields: (reader) => reader.timeFields(0n, 0),
};

/** The types by their full names. */
export const TIMES: ReadonlyMap<string, PayloadType> = /* @__PURE__ */ new Map([
  ["google.protobuf.Timestamp", TIMESTAMP],
  ["google.protobuf.Duration", DURATION],
]);

/** Reads a time with its length. Its parts replace those of `previous`. */
export function readTime(reader: ProtobufReader, previous?: unknown): bigint {
  if (previous === undefined) return reader.time();
  // The same field again: its seconds or nanoseconds may replace the earlier ones.
  const end = reader.enter();
  const ns = previous as bigint;
  const merged = reader.timeFields(ns / NANOS_LONG, Number(ns % NANOS_LONG));
  reader.leave(end);
  return merged;
}
