// ChannelIndex: finds the channels that a new one may clash with, without a look at all of them.

import type { Channel } from "../protocol/channels.ts";
import { effectiveSchemaEncoding } from "./channel_warnings.ts";

/** What the index looks at. */
type Indexed = Pick<Channel, "topic" | "encoding" | "schemaName" | "schema" | "schemaEncoding">;

/** Channels that have something in common, in the order in which they were added. */
type Group = Set<Indexed>;

/** How many schemas of removed channels are remembered. */
const MAX_REMEMBERED = 10_000;

/** The live channels, by topic and by schema, and the schemas of the session so far. */
export class ChannelIndex {
  readonly #byTopic = new Map<string, Group>();
  /** By the schema's name, and then by what the schema says. */
  readonly #bySchema = new Map<string, Map<string, Group>>();
  /** The first schema of each name in this session, which apps keep until it ends, and the topic that had it. */
  readonly #firstOfSession = new Map<string, { key: string; topic: string }>();

  /** The schema that was hashed last. */
  #hashed: { schema: string | Uint8Array; hash: string } = { schema: "", hash: hash("") };

  /** Adds a channel. */
  add(channel: Indexed): void {
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

  /** Removes a channel: the same object that was added. */
  remove(channel: Indexed): void {
    leave(this.#byTopic, channel.topic, channel);
    const variants = this.#bySchema.get(channel.schemaName);
    if (!variants) return;
    leave(variants, this.#contentKey(channel), channel);
    if (variants.size === 0) this.#bySchema.delete(channel.schemaName);
  }

  /** The topic that gave the name of this channel's schema to another schema first, in this session. */
  earlierTopic(channel: Indexed): string | undefined {
    const first = isNamed(channel) ? this.#firstOfSession.get(channel.schemaName) : undefined;
    return first && first.key !== this.#contentKey(channel) ? first.topic : undefined;
  }

  /** A new session begins: apps forget all schemas but those of the live channels. */
  resetSession(): void {
    this.#firstOfSession.clear();
    for (const [name, variants] of this.#bySchema) {
      for (const [key, group] of [...variants].slice(0, 1)) {
        for (const { topic } of firstOf(group)) this.#firstOfSession.set(name, { key, topic });
      }
    }
  }

  /** One channel that has the topic of `channel`, and one that gives its schema's name to another schema, as far as there are any. */
  related(channel: Indexed): Indexed[] {
    const related = firstOf(this.#byTopic.get(channel.topic));
    if (!isNamed(channel)) return related;
    const own = this.#contentKey(channel);
    for (const [key, group] of this.#bySchema.get(channel.schemaName) ?? []) {
      if (key !== own) return [...related, ...firstOf(group)];
    }
    return related;
  }

  /**
   * Tells schemas of one name apart by their encoding, kind, length and hash.
   *
   * Two schemas with the same key are taken to be the same. The worst that can follow is a missing warning.
   */
  #contentKey(channel: Indexed): string {
    const { schema } = channel;
    // One channel is looked up several times in a row, and many channels share a schema.
    if (schema !== this.#hashed.schema) this.#hashed = { schema, hash: hash(schema) };
    const kind = typeof schema === "string" ? "text" : "bytes";
    return `${effectiveSchemaEncoding(channel)}/${kind}/${schema.length}/${this.#hashed.hash}`;
  }
}

/** At most one channel. A group may be large, so it is not copied. */
function firstOf(group: Group | undefined): Indexed[] {
  return [...group?.values().take(1) ?? []];
}

/** Without a name or without content, a schema cannot differ from another one. */
function isNamed({ schemaName, schema }: Indexed): boolean {
  return schemaName !== "" && schema.length > 0;
}

function groupOf(groups: Map<string, Group>, key: string): Group {
  let group = groups.get(key);
  if (!group) groups.set(key, group = new Set());
  return group;
}

function leave(groups: Map<string, Group>, key: string, channel: Indexed): void {
  const group = groups.get(key);
  group?.delete(channel);
  if (group?.size === 0) groups.delete(key);
}

/** 64 bits, by two runs of FNV-1a with different offsets. */
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
