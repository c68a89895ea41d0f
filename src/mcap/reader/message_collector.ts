// MessageCollector: makes messages with channels and schemas of the records of a chunk.

import { McapError } from "../records/mcap_error.ts";
import { Opcode, RECORD_HEAD_BYTES } from "../records/opcode.ts";
import { checkMessageLength, MESSAGE_HEAD_BYTES } from "../records/parse_message.ts";
import { RecordReader } from "../records/record_reader.ts";
import type { ChannelEntry, Definitions } from "./definitions.ts";
import type { McapMessage } from "./mcap_message.ts";
import type { MessageFilter } from "./message_filter.ts";

/** Collects the messages that a filter selects, and adds schemas and channels to the definitions. */
export class MessageCollector {
  readonly #definitions: Definitions;
  readonly #filter: MessageFilter;
  readonly #hasAllTimes: boolean;
  /** By channel id: the entry of a channel, `null` if it is not selected, `undefined` if that is not decided yet. */
  #selected: (ChannelEntry | null | undefined)[] = [];
  readonly #reader = new RecordReader(new Uint8Array());
  #skippedMessages = 0;
  #messages: McapMessage[] = [];
  #isSorted = true;
  #lastTime = 0n;

  /** Adds what it finds to `definitions`. */
  constructor(definitions: Definitions, filter: MessageFilter) {
    this.#definitions = definitions;
    this.#filter = filter;
    this.#hasAllTimes = filter.hasAllTimes;
  }

  /** How many messages were skipped because their channel is unknown. */
  get skippedMessages(): number {
    return this.#skippedMessages;
  }

  /** The number of collected messages. */
  get count(): number {
    return this.#messages.length;
  }

  /** Whether the collected messages are in the order of their log times. */
  get isSorted(): boolean {
    return this.#isSorted;
  }

  /** Returns the collected messages, and begins again. */
  take(): McapMessage[] {
    const messages = this.#messages;
    this.#messages = [];
    this.#isSorted = true;
    this.#lastTime = 0n;
    return messages;
  }

  /**
   * Collects the messages of a chunk. `records` are its decompressed records. Returns the first fault, after which the
   * records are unreadable. The messages before it are collected. `offset`: where the records begin in the file, or 0
   * if they were compressed.
   */
  collect(records: Uint8Array, offset: number): McapError | undefined {
    const reader = this.#reader;
    const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
    reader.reset(records, offset);
    try {
      let result = reader.next();
      while (result === "record") {
        const { opcode, start } = reader;
        if (opcode === Opcode.MESSAGE) {
          const content = start + RECORD_HEAD_BYTES;
          this.addMessage(records, view, content, start + reader.recordBytes, offset);
        } else if (opcode === Opcode.SCHEMA || opcode === Opcode.CHANNEL) {
          this.addDefinition(opcode, reader.content, reader.recordOffset + RECORD_HEAD_BYTES);
        }
        result = reader.next();
      }
      return result === "end" ? undefined : reader.cutError();
    } catch (error) {
      if (error instanceof McapError) return error;
      throw error;
    } finally {
      // Keeps no memory of the chunk.
      reader.reset(NO_BYTES, 0);
    }
  }

  /** Adds a schema or a channel. */
  addDefinition(opcode: typeof Opcode.SCHEMA | typeof Opcode.CHANNEL, content: Uint8Array, offset: number): void {
    if (this.#definitions.add(opcode, content, offset)) this.#selected = [];
  }

  /** Adds the message whose content is in `bytes` from `start` to `end`, if it is selected. */
  addMessage(bytes: Uint8Array, view: DataView, start: number, end: number, offset: number): void {
    const length = end - start - MESSAGE_HEAD_BYTES;
    if (length < 0) checkMessageLength(start, end, offset);
    const channelId = view.getUint16(start, true);
    const entry = this.#selected[channelId] ?? this.#select(channelId);
    if (!entry) return;
    const logTime = view.getBigUint64(start + 6, true);
    if (!this.#hasAllTimes && !this.#filter.includes(logTime)) return;
    if (logTime < this.#lastTime) this.#isSorted = false;
    this.#lastTime = logTime;
    this.#messages.push({
      channel: entry.channel,
      schema: entry.schema,
      sequence: view.getUint32(start + 2, true),
      logTime,
      publishTime: view.getBigUint64(start + 14, true),
      data: new Uint8Array(bytes.buffer, bytes.byteOffset + start + MESSAGE_HEAD_BYTES, length),
    });
  }

  #select(channelId: number): ChannelEntry | null {
    if (this.#selected[channelId] === null) return null;
    const entry = this.#definitions.entry(channelId);
    if (!entry) {
      this.#skippedMessages += 1;
      return null;
    }
    return this.#selected[channelId] = this.#filter.selects(entry.channel) ? entry : null;
  }
}

const NO_BYTES = new Uint8Array();
