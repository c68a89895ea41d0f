// SentSchemas: the schemas that one client has received, if its subprotocol sends each schema only once.

import type { AdvertisedSchema } from "../protocol/advertised_schemas.ts";
import type { Advertise, Channel } from "../protocol/channels.ts";
import type { SchemaId } from "../protocol/ids.ts";
import type { ServerSchemas } from "./server_schemas.ts";

/** Builds the `advertise` messages of one client, whose channels refer to schemas. */
export class SentSchemas {
  readonly #schemas: ServerSchemas;
  readonly #sent = new Set<SchemaId>();

  constructor(schemas: ServerSchemas) {
    this.#schemas = schemas;
  }

  /** Returns the schemas of these channels that the client has not received, each of them once. */
  missing(channels: readonly Channel[]): AdvertisedSchema[] {
    const missing = new Map<SchemaId, AdvertisedSchema>();
    for (const { id } of channels) {
      const schema = this.#schemas.of(id);
      if (schema && !this.#sent.has(schema.id)) missing.set(schema.id, schema);
    }
    return [...missing.values()];
  }

  /** Returns the message that advertises these channels. The client counts as having received their schemas. */
  advertise(channels: readonly Channel[]): Advertise {
    const schemas = this.missing(channels);
    this.add(schemas);
    return {
      op: "advertise",
      ...(schemas.length > 0 ? { schemas } : {}),
      channels: channels.map((channel) => this.#schemas.reference(channel)),
    };
  }

  /** Must be called when the client was sent schemas by other means than `advertise()`. */
  add(schemas: Iterable<AdvertisedSchema>): void {
    for (const { id } of schemas) this.#sent.add(id);
  }

  /** Forgets one schema, because no channel can have its id any more. */
  delete(id: SchemaId): void {
    this.#sent.delete(id);
  }

  /** Must be called when the client is sent a `serverInfo`, because clients then forget all schemas. */
  clear(): void {
    this.#sent.clear();
  }
}
