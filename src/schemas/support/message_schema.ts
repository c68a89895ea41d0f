// MessageSchema: the codec of one of Foxglove's messages, for protobuf and JSON.

import type { Codec } from "../../codecs/codec.ts";
import { createEncode, toTypeError } from "../../codecs/protobuf/create_encode.ts";
import { Fault, InvalidValue } from "../../codecs/protobuf/faults.ts";
import { createJsonDecoder } from "../../codecs/protobuf/json_decoder.ts";
import { ProtobufReader } from "../../codecs/protobuf/reader.ts";
import type { ProtobufWriter } from "../../codecs/protobuf/writer.ts";
import { checkSchemaMembers } from "./check_members.ts";
import { descriptorSet } from "./descriptor_set.ts";
import { fromJson } from "./from_json.ts";
import { jsonSchema } from "./json_schema.ts";
import { locateMistake } from "./locate.ts";
import { locateFault } from "./locate_fault.ts";
import { fullNameOf, type SchemaType } from "./schema_type.ts";

/**
 * The codec of one of Foxglove's messages. It writes protobuf, which needs no base64 and is the fastest. Its member
 * {@linkcode MessageSchema.json | json} writes JSON. Servers and clients choose by the encoding of a channel which of
 * them reads its messages.
 *
 * `In`: values to be written. Absent members get their defaults: zero, an empty text or list, or the stated number.
 * Absent messages are written with the defaults of their members, such as an identity pose. An absent `timestamp` is
 * the log time of the message, also inside other messages.
 *
 * `Out`: values that were read. All members are present, except optional ones. Bytes are views of the payload.
 */
export interface MessageSchema<Out, In> extends Codec<Out, In> {
  /**
   * The codec for JSON. Times are written as `{ sec, nsec }`, and bytes as base64. `encode()` throws a `TypeError` for
   * `NaN` and infinities, which JSON does not have.
   */
  readonly json: Codec<Out, In>;
  /**
   * Finds members that the message does not have, such as misspelled ones, which `encode()` ignores.
   *
   * @throws {TypeError} If there is one. The text has its path.
   */
  check(value: In): void;
}

/** The generated parts of a schema. */
export interface SchemaParts<Out, In> {
  readonly type: SchemaType;
  /** Writes the fields. Throws an `InvalidValue`, whose path may be incomplete. */
  readonly write: (writer: ProtobufWriter, value: In, time: bigint) => void;
  /** Reads the fields. Throws a `MalformedInput`, whose path may be incomplete. */
  readonly read: (reader: ProtobufReader) => Out;
  /** Returns plain data for `JSON.stringify()`. Throws an `InvalidValue`, whose path may be incomplete. */
  readonly toJson: (value: In, time: bigint) => object;
}

/** Creates the schema of a message type. The two forms of its schema are created when they are first used. */
export function createSchema<Out, In>({ type, write, read, toJson }: SchemaParts<Out, In>): MessageSchema<Out, In> {
  const name = fullNameOf(type);
  const check = (value: In) => {
    try {
      checkSchemaMembers(type, value);
    } catch (error) {
      throw toTypeError(error);
    }
  };
  let descriptor: Uint8Array | undefined;
  let jsonText: string | undefined;
  return {
    encoding: "protobuf",
    schemaName: name,
    schemaEncoding: "protobuf",
    get schema() {
      return descriptor ??= descriptorSet(type);
    },
    encode: createEncode<In>((writer, value, { timestamp }) => {
      try {
        write(writer, value, timestamp);
      } catch (error) {
        if (error instanceof InvalidValue) locateMistake(type, value, "protobuf");
        throw error;
      }
    }),
    decode(bytes) {
      try {
        return read(new ProtobufReader(bytes));
      } catch (error) {
        throw error instanceof Fault
          ? new Error(`Cannot decode "${name}": ${locateFault(type, bytes, error).describe()}`)
          : error;
      }
    },
    check,
    json: {
      encoding: "json",
      schemaName: name,
      schemaEncoding: "jsonschema",
      get schema() {
        return jsonText ??= JSON.stringify(jsonSchema(type));
      },
      encode(value, { timestamp }) {
        try {
          return JSON.stringify(toJson(value, timestamp));
        } catch (error) {
          throw toTypeError(locateJsonMistake(type, value, error));
        }
      },
      decode: createJsonDecoder<Out>(name, (value) => fromJson(type, value)).decode,
      check,
    },
  };
}

function locateJsonMistake(type: SchemaType, value: unknown, error: unknown): unknown {
  if (!(error instanceof InvalidValue)) return error;
  try {
    locateMistake(type, value, "json");
  } catch (located) {
    return located;
  }
  return error;
}
