// Random values of Foxglove's messages, and the values that reading gives for them, by the data in tools/schemas.json.

import * as schemas from "../../src/schemas/mod.ts";
import type { MessageSchema } from "../../src/schemas/mod.ts";
import { ENUMS, type Field, isLogTime, isMessage, MESSAGES } from "../../tools/schemas/schema_data.ts";
import type { Random } from "../protocol/random.ts";

/** A message in the form of our schemas. */
export type Value = Record<string, unknown>;
/** The encoding of the message. Protobuf loses optional lists that are empty; JSON has no NaN and infinities. */
export type Format = "protobuf" | "json";
/** A schema of any message. */
export type AnySchema = MessageSchema<Value, Value>;

/** The names of all messages whose values are objects. */
export const NAMES: readonly string[] = [...MESSAGES.keys()].filter((name) => !/^(Timestamp|Duration)$/.test(name));

const MAX_INT64 = 9_223_372_036_854_775_807n;
/** Texts with characters of one to four bytes, half surrogate pairs, and lengths around the limits of fast paths. */
const TEXTS = ["", "a", "base_link", "größe", "\ufeff𝄞", "\ud800", "a\udc00b", "x".repeat(63), "y".repeat(64)];
const FINITE = [0, -0, 1, 1.5, -2, Number.MAX_VALUE, 5e-324];
const DOUBLES = [...FINITE, Infinity, -Infinity, NaN];
const UINT32 = [0, 1, 127, 128, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

/** Returns the schema of a message. */
export function schemaOf(name: string): AnySchema {
  return schemas[name as keyof typeof schemas] as unknown as AnySchema;
}

/** Returns a random value to be written, of which about a third of the members is absent. */
export function randomMessage(random: Random, name: string, format: Format): Value {
  const value: Value = {};
  for (const field of fieldsOf(name)) {
    if (random.once(3)) {
      if (random.once(4)) value[field.name] = random.pick([undefined, null]);
    } else {
      value[field.name] = randomMember(random, field, format);
    }
  }
  return value;
}

/** Returns the value that is read after `value` was written with the log time `time`. */
export function completed(name: string, value: Value, time: bigint, format: Format): Value {
  return Object.fromEntries(
    fieldsOf(name).flatMap((field): [string, unknown][] => {
      const member = value[field.name] ?? undefined;
      if (member === undefined) return field.optional ? [] : [[field.name, defaultOf(field, time, format)]];
      const read = completedMember(field, member, time, format);
      // Protobuf cannot express an optional list that is empty.
      const isLost = format === "protobuf" && field.optional && Array.isArray(read) && read.length === 0;
      return isLost ? [] : [[field.name, read]];
    }),
  );
}

function randomMember(random: Random, field: Field, format: Format): unknown {
  const { type, array, fixedLength } = field;
  if (!array) return randomItem(random, field, format);
  const length = fixedLength ?? random.below(isMessage(field) ? 3 : 20);
  const items = Array.from({ length }, () => randomItem(random, field, format));
  if (isMessage(field) || random.once(2)) return items;
  return type === "float64" ? Float64Array.from(items as number[]) : Uint32Array.from(items as number[]);
}

function randomItem(random: Random, field: Field, format: Format): unknown {
  const { type, kind } = field;
  if (isMessage(field)) return randomMessage(random, type, format);
  if (kind === "enum") return random.pick(ENUMS.get(type)?.values ?? [])?.value;
  switch (type) {
    case "float64":
      return random.pick(format === "json" ? FINITE : DOUBLES);
    case "uint32":
      return random.pick(UINT32);
    case "boolean":
      return random.once(2);
    case "string":
      return random.pick(TEXTS);
    case "bytes":
      return randomBytes(random);
    case "Timestamp":
      return random.once(4) ? new Date(random.uint32() * 500) : randomTime(random);
    default:
      return randomTime(random);
  }
}

function randomTime(random: Random): bigint {
  const ns = BigInt(random.uint32()) * 1_000_000_000n + BigInt(random.below(1_000_000_000));
  return random.pick([0n, 1n, -1n, -1_000_000_000n, ns, -ns, MAX_INT64]);
}

function randomBytes(random: Random): ArrayBuffer | ArrayBufferView {
  const bytes = random.bytes(random.once(50) ? 70_000 : random.pick([0, 1, 3, 127, 128, 300]));
  return random.pick([bytes, bytes.buffer, new DataView(bytes.buffer), bytes.subarray(bytes.length >> 1)]);
}

function completedMember(field: Field, member: unknown, time: bigint, format: Format): unknown {
  if (!field.array) return completedItem(field, member, time, format);
  return Array.from(member as ArrayLike<unknown>, (item) => completedItem(field, item, time, format));
}

function completedItem(field: Field, item: unknown, time: bigint, format: Format): unknown {
  if (isMessage(field)) return completed(field.type, item as Value, time, format);
  if (field.type === "string") return (item as string).toWellFormed();
  if (item instanceof Date) return BigInt(item.getTime()) * 1_000_000n;
  if (item instanceof ArrayBuffer) return new Uint8Array(item);
  if (!ArrayBuffer.isView(item)) return item;
  return new Uint8Array(item.buffer, item.byteOffset, item.byteLength);
}

function defaultOf(field: Field, time: bigint, format: Format): unknown {
  const { type, array, fixedLength = 0, default: number } = field;
  if (array) return new Array(fixedLength).fill(0);
  if (isLogTime(field)) return time;
  if (isMessage(field)) return completed(type, {}, time, format);
  const zeros: Value = { boolean: false, string: "", bytes: new Uint8Array(0), Timestamp: 0n, Duration: 0n };
  return number ?? zeros[type] ?? 0;
}

function fieldsOf(name: string): readonly Field[] {
  return MESSAGES.get(name)?.fields ?? [];
}
