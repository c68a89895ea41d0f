// createTimeSchema(): the schemas of Timestamp and Duration, whose values are bigints of nanoseconds.

import { createEncode, toTypeError } from "../../codecs/protobuf/create_encode.ts";
import { Fault } from "../../codecs/protobuf/faults.ts";
import { createJsonDecoder } from "../../codecs/protobuf/json_decoder.ts";
import { ProtobufReader } from "../../codecs/protobuf/reader.ts";
import { TIMES } from "../../codecs/protobuf/times.ts";
import type { PayloadType } from "../../codecs/protobuf/field.ts";
import { descriptorSet, type TimeType } from "./descriptor_set.ts";
import type { MessageSchema } from "./message_schema.ts";
import { jsonDuration, jsonTimestamp } from "./to_json.ts";

/** Creates the schema of a time. In protobuf, its name is that of the well-known type. */
export function createTimeSchema<In extends bigint | Date>(time: TimeType): MessageSchema<bigint, In> {
  const name = `foxglove.${time}`;
  const wellKnownName = `google.protobuf.${time}`;
  const type = TIMES.get(wellKnownName) as PayloadType;
  const toJson = time === "Timestamp" ? jsonTimestamp : jsonDuration as typeof jsonTimestamp;
  // Times have no members.
  const check = () => {};
  let descriptor: Uint8Array | undefined;
  return {
    encoding: "protobuf",
    schemaName: wellKnownName,
    schemaEncoding: "protobuf",
    get schema() {
      return descriptor ??= descriptorSet(time);
    },
    encode: createEncode<In>((writer, value) => type.writeFields(writer, value)),
    decode(bytes) {
      try {
        return type.readFields(new ProtobufReader(bytes)) as bigint;
      } catch (error) {
        throw error instanceof Fault ? new Error(`Cannot decode "${wellKnownName}": ${error.describe()}`) : error;
      }
    },
    check,
    json: {
      encoding: "json",
      schemaName: name,
      schemaEncoding: "jsonschema",
      schema: JSON.stringify({
        title: name,
        type: "object",
        properties: {
          sec: time === "Timestamp" ? { type: "integer", minimum: 0 } : { type: "integer" },
          nsec: { type: "integer", minimum: 0 },
        },
        required: ["sec", "nsec"],
      }),
      encode(value) {
        try {
          return JSON.stringify(toJson(value));
        } catch (error) {
          throw toTypeError(error);
        }
      },
      decode: createJsonDecoder<bigint>(name, (value) => type.fromJson(value, 0)).decode,
      check,
    },
  };
}
