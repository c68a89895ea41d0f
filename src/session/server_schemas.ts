// ServerSchemas: gives the schemas of a server's channels ids, for clients that receive each schema only once.

import type { AdvertisedSchema, ChannelReference } from "../protocol/advertised_schemas.ts";
import type { Channel } from "../protocol/channels.ts";
import type { ChannelId, SchemaId } from "../protocol/ids.ts";
import { sameSchema } from "../protocol/schema.ts";
import { effectiveSchemaEncoding } from "../protocol/schema_encodings.ts";
import { IdSequence } from "./id_sequence.ts";

/** How many schemas without a channel to keep, because a program may remove a channel and add it again. */
const MAX_UNUSED = 100;

interface Entry {
  readonly schema: AdvertisedSchema;
  /** How many channels have the schema. */
  uses: number;
}

/**
 * The schemas of a server, by content. Channels with equal schemas share one id, which all clients of the server know
 * it by.
 */
export class ServerSchemas {
  readonly #ids = new IdSequence("schema");
  /** By the name, the encoding and the length of the schema, so that few schemas have to be compared. */
  readonly #entries = new Map<string, Entry[]>();
  readonly #ofChannel = new Map<ChannelId, Entry>();
  /** The longest unused first. */
  readonly #unused = new Set<Entry>();

  /** Must be called when a channel was added. */
  add(channel: Channel): void {
    const described = describe(channel);
    if (!described) return;
    const key = keyOf(described);
    let entries = this.#entries.get(key);
    if (!entries) this.#entries.set(key, entries = []);
    let entry = entries.find(({ schema }) => sameSchema(schema.data, described.data));
    if (!entry) {
      entry = { schema: { id: this.#ids.next(), ...described }, uses: 0 };
      entries.push(entry);
    }
    entry.uses += 1;
    this.#unused.delete(entry);
    this.#ofChannel.set(channel.id, entry);
  }

  /** Must be called when a channel was removed. Returns the id of a schema that is forgotten, if any. */
  remove(channelId: ChannelId): SchemaId | undefined {
    const entry = this.#ofChannel.get(channelId);
    if (!entry) return undefined;
    this.#ofChannel.delete(channelId);
    entry.uses -= 1;
    if (entry.uses > 0) return undefined;
    this.#unused.add(entry);
    if (this.#unused.size <= MAX_UNUSED) return undefined;
    const [oldest] = this.#unused as Iterable<Entry>;
    return oldest && this.#forget(oldest);
  }

  /** Returns the schema of a channel, or `undefined` if the channel has none. */
  of(channelId: ChannelId): AdvertisedSchema | undefined {
    return this.#ofChannel.get(channelId)?.schema;
  }

  /** Returns the channel with the id of its schema instead of the schema. */
  reference({ id, topic, encoding, metadata }: Channel): ChannelReference {
    const schemaId = this.of(id)?.id;
    return {
      id,
      topic,
      encoding,
      ...(schemaId === undefined ? {} : { schemaId }),
      ...(metadata === undefined ? {} : { metadata }),
    };
  }

  #forget(entry: Entry): SchemaId {
    this.#unused.delete(entry);
    const key = keyOf(entry.schema);
    const others = this.#entries.get(key)?.filter((each) => each !== entry) ?? [];
    if (others.length > 0) this.#entries.set(key, others);
    else this.#entries.delete(key);
    return entry.schema.id;
  }
}

/** A channel with a name but without a schema has an entry, so that clients receive the name. */
function describe(channel: Channel): Omit<AdvertisedSchema, "id"> | undefined {
  const { schemaName: name, schema: data } = channel;
  if (name === "" && data.length === 0) return undefined;
  return { name, encoding: effectiveSchemaEncoding(channel) ?? "", data };
}

function keyOf({ name, encoding, data }: Omit<AdvertisedSchema, "id">): string {
  return JSON.stringify([name, encoding, data.length]);
}
