// Definitions: the schemas and channels of a file, by their ids.

import { equalBytes } from "../../protocol/bytes.ts";
import { McapError } from "../records/mcap_error.ts";
import { Opcode } from "../records/opcode.ts";
import { parseChannel, parseSchema } from "../records/parse_data.ts";
import type { Channel, Schema } from "../records/records.ts";

/** A channel with its schema. */
export interface ChannelEntry {
  /** The channel. */
  readonly channel: Channel;
  /** Its schema; `undefined` if it has none, or if the file lacks it so far. */
  readonly schema: Schema | undefined;
}

/**
 * Decides what happens if an id has another definition later in the file, which the format forbids:
 *
 * - `reject`: it is an error.
 * - `keep`: the first definition stays. They are not compared, which is faster.
 * - `replace`: the later messages use the later definition.
 */
export type ConflictRule = "reject" | "keep" | "replace";

/** The schemas and channels that were read so far. */
export class Definitions {
  /** The rule for ids that are defined again. */
  rule: ConflictRule;
  readonly #schemas = new Map<number, Schema>();
  readonly #channels = new Map<number, Channel>();
  readonly #entries: (ChannelEntry | undefined)[] = [];
  /** The contents of the records, for comparing. */
  readonly #contents = new Map<string, Uint8Array>();

  /** `rule`: see {@linkcode ConflictRule}. */
  constructor(rule: ConflictRule) {
    this.rule = rule;
  }

  /** The schemas by id. */
  get schemas(): ReadonlyMap<number, Schema> {
    return this.#schemas;
  }

  /** The channels by id. */
  get channels(): ReadonlyMap<number, Channel> {
    return this.#channels;
  }

  /** Returns a channel and its schema. */
  entry(channelId: number): ChannelEntry | undefined {
    return this.#entries[channelId];
  }

  /** Whether a channel is known, and its schema, if it has one. */
  isComplete(channelId: number): boolean {
    const entry = this.#entries[channelId];
    return entry !== undefined && (entry.schema !== undefined || entry.channel.schemaId === 0);
  }

  /**
   * Adds a schema or a channel. `offset`: where the content begins in the file. Copies the content, so that it does not
   * keep the memory of a chunk. Returns whether anything has changed.
   *
   * @throws {McapError} If the content is malformed, or by the rule `reject`.
   */
  add(opcode: typeof Opcode.SCHEMA | typeof Opcode.CHANNEL, content: Uint8Array, offset: number): boolean {
    const isSchema = opcode === Opcode.SCHEMA;
    if (content.length >= 2 && this.rule === "keep" && this.#isKnown(isSchema, idOf(content))) return false;
    const key = content.length < 2 ? "" : `${opcode}:${idOf(content)}`;
    const before = this.#contents.get(key);
    if (before && equalBytes(before, content)) return false;
    const copy = content.slice();
    const isNew = isSchema ? this.#addSchema(copy, offset) : this.#addChannel(copy, offset);
    if (isNew) this.#contents.set(key, copy);
    return isNew;
  }

  /** Adds the schemas and channels of others whose ids are not known. */
  addMissing(others: Definitions): void {
    for (const schema of others.#schemas.values()) if (!this.#schemas.has(schema.id)) this.#setSchema(schema);
    for (const channel of others.#channels.values()) if (!this.#channels.has(channel.id)) this.#setChannel(channel);
  }

  #isKnown(isSchema: boolean, id: number): boolean {
    return isSchema ? this.#schemas.has(id) : this.#channels.has(id);
  }

  #addSchema(content: Uint8Array, offset: number): boolean {
    const schema = parseSchema(content, offset);
    const { id, name, encoding, data } = schema;
    // The format reserves the id 0 for channels without a schema, and lets readers ignore such records.
    if (id === 0) return false;
    const before = this.#schemas.get(id);
    if (before) {
      if (before.name === name && before.encoding === encoding && equalBytes(before.data, data)) return false;
      if (this.rule === "reject") throw differing("schema", id, offset);
    }
    this.#setSchema(schema);
    return true;
  }

  #setSchema(schema: Schema): void {
    const { id } = schema;
    this.#schemas.set(id, schema);
    for (const channel of this.#channels.values()) {
      if (channel.schemaId === id) this.#entries[channel.id] = { channel, schema };
    }
  }

  #addChannel(content: Uint8Array, offset: number): boolean {
    const channel = parseChannel(content, offset);
    const before = this.#channels.get(channel.id);
    if (before) {
      if (isEqualChannel(before, channel)) return false;
      if (this.rule === "reject") throw differing("channel", channel.id, offset);
    }
    this.#setChannel(channel);
    return true;
  }

  #setChannel(channel: Channel): void {
    this.#channels.set(channel.id, channel);
    this.#entries[channel.id] = { channel, schema: this.#schemas.get(channel.schemaId) };
  }
}

function idOf(content: Uint8Array): number {
  return content[0]! | content[1]! << 8;
}

function isEqualChannel(a: Channel, b: Channel): boolean {
  return a.schemaId === b.schemaId && a.topic === b.topic && a.messageEncoding === b.messageEncoding &&
    a.metadata.size === b.metadata.size && [...a.metadata].every(([key, value]) => b.metadata.get(key) === value);
}

function differing(kind: string, id: number, offset: number): McapError {
  return new McapError(`the same definition of ${kind} ${id} as before`, "another", offset);
}
