// SchemaTable: the schemas that a server has sent on one connection, for channels that refer to them.

import type { AdvertisedSchema, ChannelReference } from "./advertised_schemas.ts";
import type { Channel } from "./channels.ts";
import type { SchemaId } from "./ids.ts";
import { ProtocolError } from "./protocol_error.ts";
import { isBinarySchema } from "./schema.ts";

/** Whether a channel of an `advertise` is a reference, and not a whole channel. */
export function isChannelReference(channel: Channel | ChannelReference): channel is ChannelReference {
  return !("schemaName" in channel);
}

/** The part of a map that a {@linkcode SchemaTable} uses. */
export interface SchemaStore {
  /** Returns the schema with this id. */
  get(id: SchemaId): AdvertisedSchema | undefined;
  /** Stores a schema. */
  set(id: SchemaId, schema: AdvertisedSchema): unknown;
  /** Removes all schemas. */
  clear(): void;
}

/**
 * The schemas that a server has sent on one connection (`foxglove.sdk.v1.1`), for a reader of its messages.
 *
 * Schemas stay valid although their channels were unadvertised. Every `serverInfo` invalidates them: the server sends
 * them again, and its ids start again at 1. Therefore channels must be resolved when their `advertise` arrives.
 *
 * @example
 * ```ts
 * import { decodeServerMessage, SchemaTable } from "@x/foxglove-ws/protocol";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const table = new SchemaTable();
 * const message = decodeServerMessage(`{"op":"advertise",
 *   "schemas":[{"id":1,"name":"Pose","encoding":"jsonschema","data":"{}"}],
 *   "channels":[{"id":4,"topic":"/pose","encoding":"json","schemaId":1}]}`);
 * if (message.op === "advertise") {
 *   table.add(message.schemas ?? []);
 *   const [channel] = message.channels.map((channel) => table.resolve(channel));
 *   assertEquals(channel?.schemaName, "Pose");
 * }
 * ```
 */
export class SchemaTable {
  readonly #schemas: SchemaStore;

  /** `schemas` stores the schemas, for example with a limit. Default: a `Map`. */
  constructor(schemas: SchemaStore = new Map<SchemaId, AdvertisedSchema>()) {
    this.#schemas = schemas;
  }

  /** Stores the schemas of an `advertise`. Must be called before its channels are resolved. */
  add(schemas: readonly AdvertisedSchema[]): void {
    for (const schema of schemas) this.#schemas.set(schema.id, schema);
  }

  /** Removes all schemas. Must be called for every `serverInfo`. */
  clear(): void {
    this.#schemas.clear();
  }

  /**
   * Returns the channel with its schema. Returns a channel that already has one unchanged.
   *
   * @throws {ProtocolError} If the schema is unknown, or if the encoding requires a schema and there is none.
   */
  resolve(channel: Channel | ChannelReference): Channel {
    if (!isChannelReference(channel)) return channel;
    const { schemaId, ...rest } = channel;
    if (schemaId === undefined) {
      if (isBinarySchema(rest.encoding)) {
        throw invalid(channel, `has no schema, which its encoding "${rest.encoding}" requires`);
      }
      return { ...rest, schemaName: "", schema: "" };
    }
    const schema = this.#schemas.get(schemaId);
    if (!schema) throw invalid(channel, `refers to schema ${schemaId}, which the server has not sent`);
    const { name: schemaName, encoding: schemaEncoding, data } = schema;
    return { ...rest, schemaName, schema: data, ...(schemaEncoding === "" ? {} : { schemaEncoding }) };
  }
}

function invalid({ id, topic }: ChannelReference, problem: string): ProtocolError {
  const text = `Cannot read "advertise": channel ${id}, "${topic.slice(0, 100)}", ${problem}`;
  return new ProtocolError("invalid-field", text, { op: "advertise" });
}
