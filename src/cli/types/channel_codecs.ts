// readCodecs(): the codecs that the channels of a server need.

import type { Channel } from "../../client/mod.ts";
import { textOf } from "../../error_text.ts";
import { encodeBase64 } from "../../protocol/base64.ts";
import { isObject } from "../../protocol/json_object.ts";
import { jsonTypes } from "./json_types.ts";
import { nameParts } from "./names.ts";
import { protobufTypes } from "./protobuf_types.ts";
import type { TypeInit } from "./type_init.ts";

/** A codec, which several topics may share. */
export type CodecInit = { readonly topics: string[] } & CodecSource;

/** What the generated file needs to define or to import a codec. */
export type CodecSource =
  /** The module `schemas` of this package exports it under the name. */
  | { readonly kind: "ready"; readonly name: string }
  | { readonly kind: "json"; readonly types: CodecTypes; readonly schemaName: string; readonly schema?: object }
  | {
    readonly kind: "protobuf";
    readonly types: CodecTypes;
    readonly schemaName: string;
    readonly descriptor: Uint8Array;
  };

/** The type of a message, and the types that it uses. */
type CodecTypes = readonly [TypeInit, ...TypeInit[]];

/** A topic without a codec. */
export interface LeftOut {
  readonly topic: string;
  readonly reason: string;
}

/** A schema with more levels is ignored. */
const MAX_LEVELS = 200;

/** Options of {@linkcode readCodecs}. */
export interface ReadCodecsOptions {
  /** The names under which the module `schemas` exports codecs, by the names of their schemas. */
  readonly readyCodecs: ReadonlyMap<string, string>;
  /** See `JsonTypeOptions`. */
  readonly assumesRequired: boolean;
}

/** Returns the codecs in the order of the channels, and the topics that have none. */
export function readCodecs(
  channels: readonly Channel[],
  options: ReadCodecsOptions,
): { codecs: CodecInit[]; leftOut: LeftOut[] } {
  const codecs = new Set<CodecInit>();
  const byKey = new Map<string, CodecInit>();
  const byTopic = new Map<string, CodecInit>();
  const leftOut: LeftOut[] = [];
  for (const channel of channels) {
    const { topic } = channel;
    try {
      const key = keyOf(channel, options);
      const codec = byKey.get(key) ?? shared({ topics: [], ...sourceOf(channel, key, options) }, byKey);
      byKey.set(key, codec);
      const earlier = byTopic.get(topic);
      if (earlier && earlier !== codec) throw new Error("a second channel of this topic has another schema");
      if (!earlier) codec.topics.push(topic);
      byTopic.set(topic, codec);
      codecs.add(codec);
    } catch (error) {
      leftOut.push({ topic, reason: textOf(error) });
    }
  }
  return { codecs: [...codecs], leftOut };
}

/** Returns the codec of an equal message, which another descriptor may contain too, or the codec itself. */
function shared(codec: CodecInit, byKey: Map<string, CodecInit>): CodecInit {
  if (codec.kind !== "protobuf") return codec;
  const { key } = codec.types[0];
  const equal = byKey.get(key) ?? codec;
  byKey.set(key, equal);
  return equal;
}

/** Channels with the same key have the same codec. */
function keyOf({ topic, encoding, schemaName, schemaEncoding, schema }: Channel, options: ReadCodecsOptions): string {
  if (isReady(encoding) && options.readyCodecs.has(schemaName)) return `ready ${schemaName}`;
  // A schema without a name belongs to its topic.
  const name = schemaName === "" ? `topic ${topic}` : schemaName;
  return JSON.stringify([encoding, name, schemaEncoding, typeof schema === "string" ? schema : encodeBase64(schema)]);
}

function sourceOf(channel: Channel, key: string, options: ReadCodecsOptions): CodecSource {
  const { topic, encoding, schemaName, schema } = channel;
  const ready = isReady(encoding) ? options.readyCodecs.get(schemaName) : undefined;
  if (ready !== undefined) return { kind: "ready", name: ready };
  if (encoding === "json") {
    const parsed = parseJsonSchema(channel);
    const parts = nameParts(schemaName === "" ? topic : schemaName);
    const { assumesRequired } = options;
    const types = jsonTypes({ ...parsed, key, parts: schemaName === "" ? [parts.join("/")] : parts, assumesRequired });
    return { kind: "json", types, schemaName, ...(isObject(parsed.schema) && { schema: parsed.schema }) };
  }
  if (encoding !== "protobuf") throw new Error(`the encoding "${encoding}" needs a codec of your own`);
  if (typeof schema === "string") throw new Error("its schema is not a descriptor");
  return {
    kind: "protobuf",
    types: protobufTypes({ descriptor: schema, name: schemaName }),
    schemaName,
    descriptor: schema,
  };
}

/** Whether the ready codecs read messages of an encoding. */
function isReady(encoding: string): boolean {
  return encoding === "json" || encoding === "protobuf";
}

/** Returns the schema, or a text that says why there is none. */
function parseJsonSchema({ schema, schemaEncoding = "jsonschema" }: Channel): { schema: unknown; doc: string[] } {
  const none = (reason: string) => ({ schema: undefined, doc: [`Unknown: ${reason}.`] });
  if (schema === "" || schema.length === 0) return none("the server has sent no schema");
  if (schemaEncoding !== "jsonschema") return none(`the encoding of the schema is "${schemaEncoding}"`);
  if (typeof schema !== "string") return none("the schema is not text");
  try {
    const parsed: unknown = JSON.parse(schema);
    if (!isObject(parsed)) return none("the schema is not a JSON object");
    return hasLevels(parsed, MAX_LEVELS) ? none("the schema is too deep") : { schema: parsed, doc: [] };
  } catch {
    return none("the schema is not JSON");
  }
}

/** Whether a value has more than this many levels of objects and arrays. */
function hasLevels(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => hasLevels(each, levels - 1));
}
