// The schema encodings that go with each message encoding.

import type { Channel } from "./channels.ts";

/**
 * The schema encodings that apps accept for each message encoding. Apps assume the first one if the channel gives none.
 */
const SCHEMA_ENCODINGS: ReadonlyMap<string, readonly [string, ...string[]]> = new Map([
  ["json", ["jsonschema"]],
  ["protobuf", ["protobuf"]],
  ["flatbuffer", ["flatbuffer"]],
  ["ros1", ["ros1msg"]],
  ["cdr", ["ros2msg", "ros2idl", "omgidl"]],
]);

/** Returns the schema encodings that apps accept for a message encoding; `undefined` if apps do not know it. */
export function schemaEncodingsOf(encoding: string): readonly string[] | undefined {
  return SCHEMA_ENCODINGS.get(encoding);
}

/** Returns the schema encoding that apps derive from a message encoding. */
export function defaultSchemaEncoding(encoding: string): string | undefined {
  return SCHEMA_ENCODINGS.get(encoding)?.[0];
}

/** Returns the encoding of a channel's schema. If it is absent, apps derive it from the message encoding. */
export function effectiveSchemaEncoding(
  { encoding, schemaEncoding }: Pick<Channel, "encoding" | "schemaEncoding">,
): string | undefined {
  return schemaEncoding ?? defaultSchemaEncoding(encoding);
}
