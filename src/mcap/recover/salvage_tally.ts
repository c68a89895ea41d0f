// SalvageTally: counts what was found and lost in a broken file.

import type { McapError } from "../records/mcap_error.ts";
import { Opcode } from "../records/opcode.ts";
import type { SalvagedPart } from "./salvaged_part.ts";

/** What was found in a broken file, and what was lost. */
export interface SalvageReport {
  /** How many messages were found. */
  readonly messages: number;
  /** How many chunks were whole. */
  readonly chunks: number;
  /** How many chunks were damaged or cut. Some of their messages were found. */
  readonly damagedChunks: number;
  /** How many attachments were found. */
  readonly attachments: number;
  /** How many metadata records were found. */
  readonly metadata: number;
  /** How many messages were skipped because the definition of their channel is missing. */
  readonly skippedMessages: number;
  /** The size of the file, in bytes. Of a stream, how many bytes were read. */
  readonly bytes: number;
  /** How many of them are in records that are damaged or cut, or are not records. */
  readonly damagedBytes: number;
  /** How many times reading continued after such bytes. Messages may be missing at each place. */
  readonly gaps: number;
  /** The first fault; `undefined` if the data section is whole. */
  readonly fault: McapError | undefined;
  /**
   * Whether the file has data that could not be read, or that may be wrong. A file that was cut between two records, or
   * within an index, is not lossy: everything in it was found.
   */
  readonly isLossy: boolean;
}

/** Records that can be lost without losing data, because they are made again. */
const REDUNDANT: ReadonlySet<number> = new Set([Opcode.MESSAGE_INDEX, Opcode.DATA_END, Opcode.FOOTER]);

/** Counts. */
export class SalvageTally {
  /** The size of the file, or how many bytes were read. */
  bytes = 0;
  #messages = 0;
  #chunks = 0;
  #damagedChunks = 0;
  #attachments = 0;
  #metadata = 0;
  #damagedBytes = 0;
  #fault: McapError | undefined;
  #isLossy = false;
  #isEnded = false;
  #gaps = 0;
  /** Where the unreadable bytes begin at which the reading is; `undefined` if it is at a record. */
  #lostFrom: number | undefined;

  /** Whether the data section has ended. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Whether nothing was found. */
  get isEmpty(): boolean {
    return this.#messages + this.#attachments + this.#metadata === 0;
  }

  /** Returns all counts. */
  report(skippedMessages: number): SalvageReport {
    const rest = this.#lostFrom === undefined ? 0 : Math.max(0, this.bytes - this.#lostFrom);
    return {
      messages: this.#messages,
      chunks: this.#chunks,
      damagedChunks: this.#damagedChunks,
      attachments: this.#attachments,
      metadata: this.#metadata,
      skippedMessages,
      bytes: this.bytes,
      damagedBytes: this.#damagedBytes + rest,
      gaps: this.#gaps,
      fault: this.#fault,
      isLossy: this.#isLossy || skippedMessages > 0,
    };
  }

  /** Counts a part, and returns it. */
  counted(part: SalvagedPart): SalvagedPart {
    if (part.type === "messages") this.#messages += part.messages.length;
    else if (part.type === "attachment") this.#attachments += 1;
    else this.#metadata += 1;
    return part;
  }

  /** Counts a whole chunk. */
  wholeChunk(): void {
    this.#chunks += 1;
  }

  /** Counts a chunk whose content is broken. */
  damageChunk(fault: McapError, bytes: number): void {
    this.#damagedChunks += 1;
    this.damage(fault, bytes);
  }

  /** Counts a record whose content is broken. */
  damage(fault: McapError, bytes: number): void {
    this.#fault ??= fault;
    this.#damagedBytes += bytes;
    this.#isLossy = true;
  }

  /** Counts a chunk that has no end. */
  openChunk(): void {
    this.#damagedChunks += 1;
  }

  /**
   * From `offset` on, the bytes are not a whole record. `opcode`: that of the record that begins there. An index record
   * at the end of the file is not a loss, because the new file gets its own.
   */
  lose(fault: McapError, offset: number, opcode = 0): void {
    this.#fault ??= fault;
    this.#lostFrom ??= offset;
    if (!REDUNDANT.has(opcode)) this.#isLossy = true;
  }

  /** The last fault could be read after all, from `offset` on. The bytes before it are damaged. */
  find(offset: number | undefined = this.#lostFrom): void {
    if (this.#lostFrom !== undefined && offset !== undefined) this.#damagedBytes += offset - this.#lostFrom;
    this.#lostFrom = undefined;
  }

  /** Reading goes on at `offset`, and it is uncertain what was before. */
  skipTo(offset: number): void {
    this.find(offset);
    this.#gaps += 1;
    this.#isLossy = true;
  }

  /** The data section has ended. `fault`: the file has no end. */
  end(fault?: McapError): void {
    this.#fault ??= fault;
    this.#isEnded = true;
  }
}
