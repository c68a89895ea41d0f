// Payloads: messages that a user writes and reads as JSON, in the encodings that the command line knows.

import { protobuf } from "../codecs/protobuf/protobuf.ts";
import { textOf } from "../error_text.ts";
import { timeNs } from "../time_ns.ts";
import { Failure } from "./failure.ts";
import { parseJson } from "./parse_json.ts";

/** The encoding and schema of a payload. */
export interface PayloadType {
  readonly encoding: string;
  readonly schemaName: string;
  readonly schema?: string | Uint8Array;
}

/** The encodings in which {@linkcode payloadWriter} writes. */
export const WRITABLE: readonly string[] = ["json", "protobuf"];

/**
 * Returns a function that converts JSON to a payload. It throws a `Failure` if the text does not fit the schema. The
 * encoding must be one of {@linkcode WRITABLE}.
 *
 * @throws {Failure} If the schema cannot be read.
 */
export function payloadWriter(type: PayloadType): (text: string) => Uint8Array | string {
  // The text itself keeps all digits of large integers.
  if (type.encoding === "json") return (text) => text.trim();
  const { json, encode, check } = descriptorCodec(type);
  const utf8 = new TextEncoder();
  return (text) => {
    try {
      check?.(JSON.parse(text));
      const value = json!.decode(utf8.encode(text));
      return encode(value, { timestamp: timeNs() });
    } catch (error) {
      const reason = textOf(error).replace(/^Cannot decode ".*?" from JSON: /, "");
      throw new Failure(`the value does not fit the schema "${type.schemaName}": ${reason}`, { cause: error });
    }
  };
}

/** Returns a function that decodes payloads, or `undefined` if payloads of this type cannot be decoded. */
export function payloadReader(type: PayloadType): ((payload: Uint8Array) => unknown) | undefined {
  if (type.encoding === "json") return readJson;
  if (type.encoding !== "protobuf" || typeof type.schema !== "object") return undefined;
  const { decode } = descriptorCodec(type);
  return (payload) => decode(payload);
}

function readJson(payload: Uint8Array): unknown {
  const text = new TextDecoder().decode(payload);
  // Some services have nothing to answer.
  return text.trim() === "" ? null : parseJson(text);
}

function descriptorCodec({ schemaName, schema }: PayloadType): ReturnType<typeof protobuf> {
  if (typeof schema !== "object") throw new Failure(`the server has sent no descriptor of "${schemaName}"`);
  try {
    return protobuf({ descriptor: schema, type: schemaName });
  } catch (error) {
    throw new Failure(`the server's schema "${schemaName}" cannot be read: ${textOf(error)}`, { cause: error });
  }
}
