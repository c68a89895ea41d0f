// ChannelIndex: finds the channels that may conflict with a new channel, without searching all channels.

import type { Channel } from "../protocol/channels.ts";
import { effectiveSchemaEncoding } from "../protocol/schema_encodings.ts";

/** The members of a channel that the index uses. */
type Indexed = Pick<Channel, "topic" | "encoding" | "schemaName" | "schema" | "schemaEncoding">;

/** Channels with the same topic or the same schema, in the order in which they were added. */
type Group<Entry> = Set<Entry>;

/** How many schema names of a session to remember, because a program may keep adding channels with new schemas. */
const MAX_REMEMBERED = 10_000;

/** The current channels by topic and by schema, and the schemas that the session has used so far. */
export class ChannelIndex<Entry extends Indexed = Indexed> {
  readonly #byTopic = new Map<string, Group<Entry>>();
  /** By the name of the schema, then by its content key. */
  readonly #bySchema = new Map<string, Map<string, Group<Entry>>>();
  /** The first schema of each name in this session, and its topic. Apps keep this schema until the session ends. */
  readonly #firstOfSession = new Map<string, { key: string; topic: string }>();

  /** The most recently hashed schema. */
  #hashed: { schema: string | Uint8Array; hash: string } = { schema: "", hash: hash("") };

  /** Adds a channel. */
  add(channel: Entry): void {
    groupOf(this.#byTopic, channel.topic).add(channel);
    if (!isNamed(channel)) return;
    let variants = this.#bySchema.get(channel.schemaName);
    if (!variants) this.#bySchema.set(channel.schemaName, variants = new Map());
    const key = this.#contentKey(channel);
    groupOf(variants, key).add(channel);
    const isRemembered = this.#firstOfSession.has(channel.schemaName);
    if (isRemembered || this.#firstOfSession.size >= MAX_REMEMBERED) return;
    this.#firstOfSession.set(channel.schemaName, { key, topic: channel.topic });
  }

  /** Removes a channel. `channel` must be the object that was added. */
  remove(channel: Entry): void {
    leave(this.#byTopic, channel.topic, channel);
    const variants = this.#bySchema.get(channel.schemaName);
    if (!variants) return;
    leave(variants, this.#contentKey(channel), channel);
    if (variants.size === 0) this.#bySchema.delete(channel.schemaName);
  }

  /**
   * Returns the topic that first used this channel's schema name in this session, if its schema was a different one.
   */
  earlierTopic(channel: Indexed): string | undefined {
    const first = isNamed(channel) ? this.#firstOfSession.get(channel.schemaName) : undefined;
    return first && first.key !== this.#contentKey(channel) ? first.topic : undefined;
  }

  /** Returns the current channels of a topic, in the order in which they were added. */
  ofTopic(topic: string): Iterable<Entry> {
    return this.#byTopic.get(topic) ?? [];
  }

  /** Starts a new session: apps forget all schemas except those of the current channels. */
  resetSession(): void {
    this.#firstOfSession.clear();
    for (const [name, variants] of this.#bySchema) {
      for (const [key, group] of [...variants].slice(0, 1)) {
        for (const { topic } of firstOf(group)) this.#firstOfSession.set(name, { key, topic });
      }
    }
  }

  /**
   * Returns up to two channels: one with the topic of `channel`, and one that uses its schema name for a different
   * schema.
   */
  related(channel: Indexed): Entry[] {
    const related = firstOf(this.#byTopic.get(channel.topic));
    if (!isNamed(channel)) return related;
    const own = this.#contentKey(channel);
    for (const [key, group] of this.#bySchema.get(channel.schemaName) ?? []) {
      if (key !== own) return [...related, ...firstOf(group)];
    }
    return related;
  }

  /**
   * Distinguishes schemas of the same name by their encoding, type, length and hash.
   *
   * Two different schemas with the same key count as equal. The only consequence is a missing warning.
   */
  #contentKey(channel: Indexed): string {
    const { schema } = channel;
    // The hash is cached, because each channel is looked up several times in a row and many channels share a schema.
    if (schema !== this.#hashed.schema) this.#hashed = { schema, hash: hash(schema) };
    const kind = typeof schema === "string" ? "text" : "bytes";
    return `${effectiveSchemaEncoding(channel)}/${kind}/${schema.length}/${this.#hashed.hash}`;
  }
}

/** Returns at most one channel. Does not copy the group, which may be large. */
function firstOf<Entry>(group: Group<Entry> | undefined): Entry[] {
  return [...group?.values().take(1) ?? []];
}

/** Schemas without a name or without content are not compared. */
function isNamed({ schemaName, schema }: Indexed): boolean {
  return schemaName !== "" && schema.length > 0;
}

function groupOf<Entry>(groups: Map<string, Group<Entry>>, key: string): Group<Entry> {
  let group = groups.get(key);
  if (!group) groups.set(key, group = new Set());
  return group;
}

function leave<Entry>(groups: Map<string, Group<Entry>>, key: string, channel: Entry): void {
  const group = groups.get(key);
  group?.delete(channel);
  if (group?.size === 0) groups.delete(key);
}

/** A 64-bit hash: 32 bits of FNV-1a, and 32 bits of a variant that mixes in bits of the former. */
function hash(schema: string | Uint8Array): string {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let index = 0; index < schema.length; index++) {
    const unit = typeof schema === "string" ? schema.charCodeAt(index) : schema[index]!;
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit ^ (low >>> 15), 0x01000193);
  }
  return `${low >>> 0}/${high >>> 0}`;
}
