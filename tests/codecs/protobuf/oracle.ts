// The oracle: npm's protobufjs, and random values of its message types.

import reflection from "npm:protobufjs@8.8.1";
import descriptorExtension from "npm:protobufjs@8.8.1/ext/descriptor/index.js";
import type { Random } from "../../protocol/random.ts";

/** A message in the form of our codec. */
export type Value = Record<string, unknown>;
/** A message type of protobufjs. */
export type OracleType = reflection.Type;
type OracleField = reflection.Field;
/** A 64-bit integer of protobufjs. */
interface Long {
  toString(): string;
}

const extension = descriptorExtension as unknown as { FileDescriptorSet: { decode(bytes: Uint8Array): unknown } };
const TIMES = [".google.protobuf.Timestamp", ".google.protobuf.Duration"];
const NANOS = 1_000_000_000n;
/** How deep random messages contain messages. */
const MAX_DEPTH = 2;

/** Texts with characters of one to four bytes, and lengths around the limits of fast paths. */
const TEXTS = [
  "",
  "a",
  "base_link",
  "größe",
  "\ufeff𝄞",
  "x".repeat(63),
  "y".repeat(64),
  "z".repeat(200),
  "é".repeat(70),
];
const INT32 = [0, 1, -1, 127, 128, -0x8000_0000, 0x7fff_ffff];
const UINT32 = [0, 1, 127, 128, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
const INT64 = [0n, 1n, -1n, 127n, 128n, 2n ** 32n, -(2n ** 32n), -(2n ** 63n), 2n ** 63n - 1n];
const UINT64 = [0n, 1n, 128n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n];
const DOUBLES = [0, -0, 1.5, -2, Infinity, -Infinity, NaN, Number.MAX_VALUE, 5e-324];

/** Returns the types of a serialised `FileDescriptorSet`. */
export function createOracle(descriptor: Uint8Array): reflection.Root {
  const Root = reflection.Root as unknown as { fromDescriptor(set: unknown): reflection.Root };
  const root = Root.fromDescriptor(extension.FileDescriptorSet.decode(descriptor));
  root.resolveAll();
  return root;
}

/** Returns a random value, in which about half of the fields are set. */
export function randomValue(random: Random, type: OracleType, depth = 0): Value {
  const value: Value = {};
  const oneofs = new Set<unknown>();
  for (const field of type.fieldsArray) {
    if (isGroup(field) || (!field.required && random.once(2)) || (isMessage(field) && depth >= MAX_DEPTH)) continue;
    if (field.partOf && oneofs.has(field.partOf)) continue;
    oneofs.add(field.partOf ?? field);
    value[nameOf(field)] = randomMember(random, field, depth);
  }
  return value;
}

/** The value that decoding gives for an encoded `value`. `defaults`: the proto2 defaults, by field name. */
export function completed(type: OracleType, value: Value, defaults: Value = {}): Value {
  return Object.fromEntries(type.fieldsArray.flatMap((field): [string, unknown][] => {
    const name = nameOf(field);
    const member = value[name];
    if (isGroup(field)) return [];
    if (field.repeated) {
      return [[
        name,
        ((member ?? []) as unknown[]).map((item) => completedItem(field, item, defaults)),
      ]];
    }
    if (field instanceof reflection.MapField) {
      const entries = Object.entries(member ?? {});
      return [[name, Object.fromEntries(entries.map(([key, item]) => [key, completedItem(field, item, defaults)]))]];
    }
    if (member !== undefined) return [[name, completedItem(field, member, defaults)]];
    if (Object.hasOwn(defaults, name) && !field.partOf) return [[name, defaults[name]]];
    const isImplicit = isProto3(field) && !field.partOf && !isMessage(field);
    return isImplicit ? [[name, zeroOf(field)]] : [];
  }));
}

/** Converts a value to a message of protobufjs, and encodes it. */
export function encodeByOracle(type: OracleType, value: Value): Uint8Array {
  return type.encode(toOracle(type, value)).finish();
}

/** Decodes a message by protobufjs. Fields that are not set are missing. */
export function decodeByOracle(type: OracleType, bytes: Uint8Array): Value {
  return fromOracle(type, type.decode(bytes) as unknown as Value);
}

function randomMember(random: Random, field: OracleField, depth: number): unknown {
  if (field.repeated) return random.list(3, () => randomItem(random, field, depth));
  if (!(field instanceof reflection.MapField)) return randomItem(random, field, depth);
  const keys = random.list(3, () => String(randomScalar(random, field.keyType)));
  return Object.fromEntries(keys.map((key) => [key, randomItem(random, field, depth)]));
}

function randomItem(random: Random, field: OracleField, depth: number): unknown {
  const { resolvedType } = field;
  if (resolvedType instanceof reflection.Enum) return random.pick(Object.values(resolvedType.values));
  if (isTime(field)) {
    // The text of a time, by which another implementation is compared, has a limited range.
    const ns = BigInt(random.uint32()) * NANOS + BigInt(random.below(1_000_000_000));
    return random.pick([0n, 1n, -1n, -NANOS, ns, -ns, 9_223_372_036_854_775_807n]);
  }
  if (resolvedType) return randomValue(random, resolvedType as OracleType, depth + 1);
  return randomScalar(random, field.type);
}

function randomScalar(random: Random, type: string): unknown {
  switch (type) {
    case "double":
      return random.pick(DOUBLES);
    case "float":
      return Math.fround(random.pick([...DOUBLES, 0.1]));
    case "bool":
      return random.once(2);
    case "string":
      return random.pick(TEXTS);
    case "bytes":
      return random.bytes(random.pick([0, 1, 3, 127, 128, 300]));
    case "uint32":
    case "fixed32":
      return random.once(2) ? random.pick(UINT32) : random.uint32();
    case "uint64":
    case "fixed64":
      return random.once(2) ? random.pick(UINT64) : random.uint64();
    case "int64":
    case "sint64":
    case "sfixed64":
      return random.once(2) ? random.pick(INT64) : BigInt.asIntN(64, random.uint64());
    default:
      return random.once(2) ? random.pick(INT32) : random.uint32() | 0;
  }
}

function toOracle(type: OracleType, value: Value): Value {
  return Object.fromEntries(type.fieldsArray.flatMap((field): [string, unknown][] => {
    const member = value[nameOf(field)];
    if (member === undefined) return [];
    if (field.repeated) return [[field.name, (member as unknown[]).map((item) => itemToOracle(field, item))]];
    if (!(field instanceof reflection.MapField)) return [[field.name, itemToOracle(field, member)]];
    // protobufjs writes the key "false" as true.
    const entries = Object.entries(member as Value).map(([key, item]) => [
      field.keyType === "bool" && key === "false" ? "" : key,
      itemToOracle(field, item),
    ]);
    return [[field.name, Object.fromEntries(entries)]];
  }));
}

function itemToOracle(field: OracleField, item: unknown): unknown {
  if (isTime(field)) {
    const ns = item as bigint;
    const isFloor = field.resolvedType?.name === "Timestamp" && ns < 0n && ns % NANOS !== 0n;
    const seconds = ns / NANOS - (isFloor ? 1n : 0n);
    return { seconds: longOf(seconds, false), nanos: Number(ns - seconds * NANOS) };
  }
  if (typeof item === "bigint") return longOf(item, /^(uint|fixed)/.test(field.type));
  return isMessage(field) ? toOracle(field.resolvedType as OracleType, item as Value) : item;
}

function fromOracle(type: OracleType, message: Value): Value {
  return Object.fromEntries(type.fieldsArray.flatMap((field): [string, unknown][] => {
    const name = nameOf(field);
    if (!Object.hasOwn(message, field.name)) return [];
    const member = message[field.name];
    if (field.repeated) return [[name, (member as unknown[]).map((item) => itemFromOracle(field, item))]];
    if (!(field instanceof reflection.MapField)) return [[name, itemFromOracle(field, member)]];
    const entries = Object.entries(member as Value).map(([key, item]) => [
      keyFromOracle(field.keyType, key),
      itemFromOracle(field, item),
    ]);
    return [[name, Object.fromEntries(entries)]];
  }));
}

function itemFromOracle(field: OracleField, item: unknown): unknown {
  if (isTime(field)) {
    const { seconds = 0, nanos = 0 } = item as { seconds?: Long | number; nanos?: number };
    return BigInt(String(seconds)) * NANOS + BigInt(nanos);
  }
  if (isMessage(field)) return fromOracle(field.resolvedType as OracleType, item as Value);
  if (field.type.includes("64")) return BigInt(String(item));
  return item instanceof Uint8Array ? new Uint8Array(item) : item;
}

/** In maps, 64-bit keys of protobufjs are the bytes of the integer as characters. */
function keyFromOracle(keyType: string, key: string): string {
  if (!keyType.includes("64")) return key;
  const util = reflection.util as unknown as { longFromHash(hash: string, unsigned: boolean): Long };
  return util.longFromHash(key, /^(uint|fixed)/.test(keyType)).toString();
}

function longOf(value: bigint, isUnsigned: boolean): unknown {
  const { Long } = reflection.util as unknown as { Long: { fromString(text: string, isUnsigned: boolean): unknown } };
  return Long.fromString(String(value), isUnsigned);
}

/** protobufjs changes the names to lower camel case. */
function nameOf({ name }: OracleField): string {
  return name.replace(/(?<!^)[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function isProto3({ parent }: OracleField): boolean {
  return !parent?.fullName.startsWith(".test.legacy");
}

function isGroup({ name }: OracleField): boolean {
  return name === "old";
}

function isTime({ resolvedType }: OracleField): boolean {
  return TIMES.includes(resolvedType?.fullName ?? "");
}

function isMessage({ resolvedType }: OracleField): boolean {
  return resolvedType instanceof reflection.Type;
}

function zeroOf({ type, resolvedType }: OracleField): unknown {
  if (resolvedType) return 0;
  if (type.includes("64")) return 0n;
  const others: Value = { bool: false, string: "", bytes: new Uint8Array(0) };
  return others[type] ?? 0;
}

function completedItem(field: OracleField, item: unknown, defaults: Value): unknown {
  if (!isMessage(field) || isTime(field)) return item;
  return completed(field.resolvedType as OracleType, item as Value, defaults);
}
