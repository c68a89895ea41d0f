// Functions that write the fields of messages as protobuf. Generated code calls them.
//
// They leave out zeros, as protobuf does. If a member has not the type of its field, they throw an `InvalidValue`
// without a path. `tag` is `number << 3 | wireType`. Tags are below 128.

import { InvalidValue } from "../../codecs/protobuf/faults.ts";
import type { ProtobufWriter } from "../../codecs/protobuf/writer.ts";
import { BYTES_RULE, bytesOf, isSafeUint8Array } from "../../protocol/bytes.ts";
import { isNumberArray } from "./number_array.ts";

const NONE: readonly never[] = [];

/** Throws unless a message is an object. */
export function checkObject(value: object): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw InvalidValue.of("an object", value);
}

/** Whether an optional member is present. `null` counts as absent. */
export function isGiven<T>(value: T | undefined): value is T {
  return value !== undefined && value !== null;
}

/** Returns a list of messages. Throws unless it is an array or absent. */
export function listOf<T>(list: readonly T[] | undefined): readonly T[] {
  if (list === undefined || list === null) return NONE;
  if (!Array.isArray(list)) throw InvalidValue.of("an array", list);
  return list;
}

/** Writes a number. */
export function writeDouble(writer: ProtobufWriter, tag: number, value: number): void {
  // -0 is written, because its bits are not zero.
  if (value === 0 && 1 / value > 0) return;
  writer.taggedDouble(tag, value);
}

/** Writes a uint32. */
export function writeFixed32(writer: ProtobufWriter, tag: number, value: number): void {
  if (value === 0) return;
  writer.tag(tag);
  writer.fixed32(value);
}

/** Writes a value of an enum. */
export function writeEnum(writer: ProtobufWriter, tag: number, value: number): void {
  if (value === 0) return;
  writer.tag(tag);
  writer.int32(value);
}

/** Writes a boolean. */
export function writeBool(writer: ProtobufWriter, tag: number, value: boolean): void {
  if (value === false) return;
  writer.tag(tag);
  writer.bool(value);
}

/** Writes a text. */
export function writeString(writer: ProtobufWriter, tag: number, value: string): void {
  if (value === "") return;
  writer.tag(tag);
  writer.string(value);
}

/** Writes bytes, which are copied. */
export function writeBytes(
  writer: ProtobufWriter,
  tag: number,
  value: ArrayBufferLike | ArrayBufferView | undefined,
): void {
  if (value === undefined || value === null) return;
  const bytes = isSafeUint8Array(value) ? value : bytesOf(value);
  if (bytes === undefined) throw InvalidValue.of(BYTES_RULE, value);
  if (bytes.length === 0) return;
  writer.tag(tag);
  writer.bytes(bytes);
}

/** Writes a time, also if it is zero. */
export function writeTimestamp(writer: ProtobufWriter, tag: number, value: bigint | Date): void {
  writer.tag(tag);
  writer.timestamp(value);
}

/** Writes a duration, also if it is zero. */
export function writeDuration(writer: ProtobufWriter, tag: number, value: bigint): void {
  writer.tag(tag);
  writer.duration(value);
}

/** Writes a list of numbers. */
export function writeDoubles(writer: ProtobufWriter, tag: number, values: ArrayLike<number> | undefined): void {
  if (values === undefined || values === null) return;
  if (!isNumberArray(values)) throw InvalidValue.of("an array", values);
  if (values.length === 0) return;
  writer.tag(tag);
  writer.packedDoubles(values);
}

/** Writes a list of numbers that must have `length` items. An absent list is written as zeros. */
export function writeFixedDoubles(
  writer: ProtobufWriter,
  tag: number,
  given: ArrayLike<number> | undefined,
  length: number,
): void {
  const values = given ?? new Array<number>(length).fill(0);
  if (values.length !== length) throw itemCountFault(length, values);
  writeDoubles(writer, tag, values);
}

/** Writes a list of uint32. */
export function writeFixed32s(writer: ProtobufWriter, tag: number, values: ArrayLike<number> | undefined): void {
  if (values === undefined || values === null) return;
  if (!isNumberArray(values)) throw InvalidValue.of("an array", values);
  const { length } = values;
  if (length === 0) return;
  writer.tag(tag);
  if (values instanceof Uint32Array && writer.packedMemory(values)) return;
  const start = writer.begin();
  for (let index = 0; index < length; index++) writer.fixed32(values[index] as number);
  writer.end(start);
}

/** The fault of a list that has not the required number of items. */
export function itemCountFault(length: number, values: ArrayLike<unknown>): InvalidValue {
  return isNumberArray(values)
    ? new InvalidValue(`must have ${length} items, not ${values.length}`)
    : InvalidValue.of("an array", values);
}
