// protobuf(): a codec for the messages of a `.proto` file.

import type { ByteSource } from "../../protocol/bytes.ts";
import type { Codec } from "../codec.ts";
import { createEncode, toTypeError } from "./create_encode.ts";
import { createJsonDecoder } from "./json_decoder.ts";
import { linkMessageType } from "./linked_type.ts";

/** Options of {@linkcode protobuf}. */
export interface ProtobufOptions {
  /**
   * A serialised `google.protobuf.FileDescriptorSet` with the message type and all types that it uses. It is copied.
   *
   * `protoc --include_imports --descriptor_set_out=pose.binpb pose.proto` writes such a file. The schema of a protobuf
   * channel is one too.
   */
  descriptor: ByteSource;
  /** The full name of the message type, such as `my.pkg.Pose`. It may begin with a dot. */
  type: string;
}

/**
 * Creates a codec for a message type of your own `.proto` file, from the descriptor that `protoc` writes.
 *
 * Members have the names of the fields in the `.proto` file, such as `frame_id`. `T` is not checked against the
 * descriptor. The types of the values:
 *
 * | protobuf                      | value                                                                       |
 * | ----------------------------- | --------------------------------------------------------------------------- |
 * | `double`, `float`, 32-bit int | number                                                                      |
 * | 64-bit int                    | bigint; safe integers may be written too                                    |
 * | `bool`, `string`              | boolean, string                                                             |
 * | `bytes`                       | `Uint8Array`, a view of the payload; any buffer or view may be written      |
 * | enum                          | number, also without a name; names may be written too                       |
 * | `google.protobuf.Timestamp`   | bigint of nanoseconds since the Unix epoch; a `Date` may be written too     |
 * | `google.protobuf.Duration`    | bigint of nanoseconds                                                       |
 * | message                       | object                                                                      |
 * | `repeated`                    | array; typed arrays may be written too, `Float64Array` for `double` fastest |
 * | `map`                         | object with text as keys; a `Map` may be written too                        |
 *
 * Decoding: absent lists and maps are empty. Absent scalars are zero, or their proto2 default. Absent messages,
 * `optional` fields without a default and members of a `oneof` are absent. A message without a `required` field is
 * accepted. Unknown fields and groups are skipped. Malformed payloads throw an `Error`. Times are exact for all seconds
 * that the payload can contain, also beyond the year 2262.
 *
 * Encoding: `undefined` and `null` count as absent. Unknown members are ignored, but `check()` throws a `TypeError` for
 * them. The bytes are valid until the next call of `encode()`, which reuses the memory.
 *
 * The member `json` decodes the same values from JSON, with 64-bit integers as numbers or text, bytes as base64, and
 * times as `{ sec, nsec }`, `{ seconds, nanos }` or text.
 *
 * @throws {TypeError} If `descriptor` is not a descriptor, or has no message `type`, or lacks a type that it uses.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { protobuf } from "@x/foxglove-ws";
 *
 * // package robot; message Battery { double volts = 1; string name = 2; }
 * // In programs: const descriptor = await Deno.readFile("battery.binpb");
 * const descriptor = Uint8Array.fromBase64(
 *   "ClMKDWJhdHRlcnkucHJvdG8SBXJvYm90IjMKB0JhdHRlcnkSFAoFdm9sdHMYASABKAFSBXZvbHRzEhIK" +
 *     "BG5hbWUYAiABKAlSBG5hbWViBnByb3RvMw==",
 * );
 * const battery = protobuf<{ volts: number; name?: string }>({ descriptor, type: "robot.Battery" });
 *
 * const payload = battery.encode({ volts: 12.6 }, { timestamp: 0n });
 * assertEquals(battery.decode(payload as Uint8Array), { volts: 12.6, name: "" });
 * ```
 */
export function protobuf<T = Record<string, unknown>>({ descriptor, type }: ProtobufOptions): Codec<T> {
  const { name, schema, payloadType, decode } = linkMessageType(descriptor, type);
  return {
    encoding: "protobuf",
    schemaEncoding: "protobuf",
    schemaName: name,
    schema,
    json: createJsonDecoder<T>(name, (value) => payloadType.fromJson(value, 0)),
    encode: createEncode<T>((writer, value) => payloadType.writeFields(writer, value)),
    decode: decode as (bytes: Uint8Array) => T,
    check(value) {
      try {
        payloadType.check?.(value, 0);
      } catch (error) {
        throw toTypeError(error);
      }
    },
  };
}
