// checkInput(): checks how protobuf() handles any payload, JSON text or descriptor.

import type { Codec } from "../../../src/codecs/codec.ts";
import { protobuf } from "../../../src/codecs/protobuf/protobuf.ts";
import { sameValue } from "../../protocol/mutation/same_value.ts";
import { DESCRIPTOR } from "./fixtures/descriptor.ts";

/** An input, and what it is used as. */
export type ProtobufInput =
  | { kind: "payload" | "descriptor"; bytes: Uint8Array }
  | { kind: "json"; text: string };

type Value = Record<string, unknown>;

const CONTEXT = { timestamp: 0n };
/** The types of payloads. The first one is recursive, has all kinds of fields, and is also used for JSON. */
const TYPES = ["test.Everything", "test.legacy.Legacy", "test.edition.Edition", "test.Names"];
const CODECS = TYPES.map((type) => protobuf<Value>({ descriptor: DESCRIPTOR, type }));
/** Decoded values that cannot be encoded: a required field is absent, or nanoseconds add up to too many seconds. */
const NOT_ENCODABLE = / is required$| must be a time whose seconds are an int64, not -?\d/;
/** A payload that has known fields of most messages. */
const PAYLOAD = Uint8Array.fromHex("0a02080112020801180120012801");

/**
 * Every input must give a value or a documented error. A value must be the same after it was encoded and decoded again.
 *
 * @returns Whether the input was accepted.
 * @throws {Error} If the codec does anything else.
 */
export function checkInput(input: ProtobufInput): boolean {
  switch (input.kind) {
    case "payload":
      return CODECS.map((codec) => checkDecoding(codec, () => codec.decode(input.bytes))).includes(true);
    case "json": {
      const [codec] = CODECS as [Codec<Value>];
      const bytes = new TextEncoder().encode(input.text);
      return checkDecoding(codec, () => codec.json?.decode(bytes) as Value);
    }
    case "descriptor":
      return TYPES.map((type) => checkDescriptor(input.bytes, type)).includes(true);
  }
}

function checkDecoding(codec: Codec<Value>, decode: () => Value): boolean {
  const value = attempt(decode, (error) => isDecodingError(error) || error instanceof SyntaxError);
  if (value === undefined) return false;
  const payload = attempt(() => codec.encode(value, CONTEXT), isNotEncodable);
  if (payload === undefined) return true;
  codec.check?.(value);
  const again = codec.decode(new Uint8Array(payload as Uint8Array));
  if (!sameValue(again, value)) {
    throw new Error(`Is another value after it was encoded: ${Deno.inspect([again, value], { depth: 9 })}`);
  }
  return true;
}

function checkDescriptor(descriptor: Uint8Array, type: string): boolean {
  const isRejection = (error: unknown) =>
    error instanceof TypeError && error.message.startsWith("Cannot create a protobuf codec: ");
  const codec = attempt(() => protobuf<Value>({ descriptor, type }), isRejection);
  if (codec === undefined) return false;
  attempt(() => codec.decode(PAYLOAD), isDecodingError);
  const value = attempt(() => codec.decode(new Uint8Array(0)), isDecodingError);
  if (value !== undefined) attempt(() => codec.encode(value, CONTEXT), isNotEncodable);
  return true;
}

/** Returns `undefined` for an error that `isExpected` accepts. */
function attempt<T>(run: () => T, isExpected: (error: unknown) => boolean): T | undefined {
  try {
    return run();
  } catch (cause) {
    if (isExpected(cause)) return undefined;
    throw new Error(`Rejected by ${cause}`, { cause });
  }
}

function isDecodingError(error: unknown): boolean {
  return error instanceof Error && error.name === "Error" && error.message.startsWith("Cannot decode ");
}

function isNotEncodable(error: unknown): boolean {
  return error instanceof TypeError && NOT_ENCODABLE.test(error.message);
}
