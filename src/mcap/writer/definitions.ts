// Definitions: the schemas and channels of a file that is written.

import { equalBytes } from "../../protocol/bytes.ts";
import { writeError } from "../../protocol/write_error.ts";
import { ByteBuilder } from "../records/byte_builder.ts";
import { encodeChannel, encodeSchema } from "../records/encode_data.ts";
import { RECORD_HEAD_BYTES } from "../records/opcode.ts";
import { type ChannelInit, type SchemaInit, textMap } from "./inits.ts";

/** Ids are uint16. 0 means that there is no schema, and channels begin with 1, too. */
const MAX_ID = 0xffff;
/** All definitions are repeated when this many times as many bytes of messages have followed. */
const REPEAT_FACTOR = 16;

/** A schema or a channel. */
export interface Definition {
  /** The id, which is unique among schemas, or among channels. */
  readonly id: number;
  /** The whole record. */
  readonly record: Uint8Array<ArrayBuffer>;
  /** Whether the file has the record. */
  isWritten: boolean;
  /** The last chunk that uses it: the number of chunks before. */
  chunkNumber: number;
}

/** A channel with what is known of it while its file is written. */
export interface ChannelDefinition extends Definition {
  /** Its schema, if it has one. */
  readonly schema: Definition | undefined;
  /** The entries of the message index of the current chunk. */
  readonly indexEntries: ByteBuilder;
  /** How many messages were written. */
  messageCount: number;
}

/**
 * Assigns ids. Equal schemas get the same id, and so do equal channels.
 *
 * A chunk repeats the definitions that it uses, so that it can be read without the start of the file. Small chunks with
 * large definitions do not: repeats have at most a sixteenth of the size of all messages.
 */
export class Definitions {
  readonly #schemas = new DefinitionList<Definition>("schema");
  readonly #channels = new DefinitionList<ChannelDefinition>("channel");
  /** How many bytes of messages the file had at the last chunk that repeats definitions. */
  #repeatedAt = -Infinity;
  #isRepeating = true;
  #chunkNumber = 0;

  /** All schemas, in the order of their ids. */
  get schemas(): readonly Definition[] {
    return this.#schemas.all;
  }

  /** All channels, in the order of their ids. */
  get channels(): readonly ChannelDefinition[] {
    return this.#channels.all;
  }

  /** Adds a schema. Returns its id. */
  addSchema({ name, encoding, data }: SchemaInit): number {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    const record = recordOf((builder) =>
      encodeSchema(builder, { id: this.#schemas.nextId, name, encoding, data: bytes })
    );
    return this.#schemas.add(name, record, (definition) => definition).id;
  }

  /** Adds a channel. Returns its id. */
  addChannel({ topic, messageEncoding, schemaId = 0, metadata = {} }: ChannelInit): number {
    const channel = { id: this.#channels.nextId, schemaId, topic, messageEncoding, metadata: textMap(metadata) };
    const record = recordOf((builder) => encodeChannel(builder, channel));
    const schema = this.#schemas.get(schemaId);
    if (schemaId !== 0 && !schema) {
      throw writeError("Channel", "schemaId", "the result of addSchema() or 0", RangeError, String(schemaId));
    }
    return this.#channels.add(topic, record, (definition) => ({
      ...definition,
      schema,
      indexEntries: new ByteBuilder(),
      messageCount: 0,
    })).id;
  }

  /**
   * Returns a channel.
   *
   * @throws {TypeError | RangeError} If there is none with this id.
   */
  channel(id: number): ChannelDefinition {
    const channel = this.#channels.get(id);
    if (channel) return channel;
    const ErrorClass = typeof id === "number" ? RangeError : TypeError;
    throw writeError("Message", "channelId", "the result of addChannel()", ErrorClass, String(id));
  }

  /** Decides whether the next chunk repeats definitions. `messageBytes`: the size of all messages in the file. */
  beginChunk(messageBytes: number): void {
    this.#chunkNumber += 1;
    const interval = (this.#schemas.bytes + this.#channels.bytes) * REPEAT_FACTOR;
    this.#isRepeating = messageBytes - this.#repeatedAt >= interval;
    if (this.#isRepeating) this.#repeatedAt = messageBytes;
  }

  /** Appends the records of the channel and its schema to the current chunk, unless it has them. */
  use(channel: ChannelDefinition, builder: ByteBuilder): void {
    if (channel.chunkNumber === this.#chunkNumber) return;
    if (channel.schema) this.#append(channel.schema, builder);
    this.#append(channel, builder);
  }

  /** Returns the records that the file does not have yet. */
  takeUnwritten(): Uint8Array<ArrayBuffer> {
    const builder = new ByteBuilder();
    for (const definition of [...this.schemas, ...this.channels]) {
      if (definition.isWritten) continue;
      builder.bytes(definition.record);
      definition.isWritten = true;
    }
    return builder.written();
  }

  #append(definition: Definition, builder: ByteBuilder): void {
    if (definition.chunkNumber === this.#chunkNumber) return;
    definition.chunkNumber = this.#chunkNumber;
    if (definition.isWritten && !this.#isRepeating) return;
    builder.bytes(definition.record);
    definition.isWritten = true;
  }
}

/** Schemas, or channels. Equal ones are kept once. */
class DefinitionList<T extends Definition> {
  readonly #kind: string;
  readonly #all: T[] = [];
  readonly #byName = new Map<string, T[]>();
  #bytes = 0;

  constructor(kind: string) {
    this.#kind = kind;
  }

  get all(): readonly T[] {
    return this.#all;
  }

  /** The size of all records. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The id of the next one, or any valid id if there are none left. */
  get nextId(): number {
    return Math.min(this.#all.length + 1, MAX_ID);
  }

  get(id: number): T | undefined {
    return this.#all[id - 1];
  }

  /** Returns the existing one with the same record except for the id, or adds the result of `create`. */
  add(name: string, record: Uint8Array<ArrayBuffer>, create: (definition: Definition) => T): T {
    const sameName = this.#byName.get(name) ?? [];
    const existing = sameName.find((each) => isSameDefinition(each.record, record));
    if (existing) return existing;
    if (this.#all.length === MAX_ID) {
      throw new RangeError(`Cannot add the ${this.#kind} ${JSON.stringify(name)}: the file has ${MAX_ID} of them`);
    }
    const added = create({ id: this.nextId, record, isWritten: false, chunkNumber: -1 });
    this.#byName.set(name, [...sameName, added]);
    this.#all.push(added);
    this.#bytes += record.length;
    return added;
  }
}

function recordOf(encode: (builder: ByteBuilder) => void): Uint8Array<ArrayBuffer> {
  const builder = new ByteBuilder();
  encode(builder);
  // A copy has exactly its size.
  return builder.written().slice();
}

/** Whether two records of the same type are equal, except for the id at the start of their content. */
function isSameDefinition(a: Uint8Array, b: Uint8Array): boolean {
  return equalBytes(a.subarray(RECORD_HEAD_BYTES + 2), b.subarray(RECORD_HEAD_BYTES + 2));
}
