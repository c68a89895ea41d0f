// salvage(): yields everything that can be read of a broken file.

import { Definitions } from "../reader/definitions.ts";
import { MessageCollector } from "../reader/message_collector.ts";
import { MessageFilter } from "../reader/message_filter.ts";
import type { ByteStream } from "../reader/piece_reader.ts";
import { type McapReadLimits, resolveReadLimits } from "../reader/read_limits.ts";
import { RecordFeed } from "../reader/record_feed.ts";
import type { McapInput } from "../reader/seekable_source.ts";
import { McapError } from "../records/mcap_error.ts";
import { Opcode } from "../records/opcode.ts";
import type { Channel, Header, Schema } from "../records/records.ts";
import { ChunkSalvage } from "./chunk_salvage.ts";
import { DamageSkipper, type RecordFailure } from "./damage_skipper.ts";
import { openStream } from "./open_stream.ts";
import { RecordSalvage } from "./record_salvage.ts";
import type { SalvageState } from "./salvage_state.ts";
import { type SalvageReport, SalvageTally } from "./salvage_tally.ts";
import type { SalvagedPart } from "./salvaged_part.ts";

/** Options of {@linkcode salvage}. */
export interface SalvageOptions extends Pick<McapReadLimits, "maxRecordBytes"> {
  /** Ends the loop with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Reads everything that can be read of a broken file, in its order: whole chunks, the start of a chunk whose end is
 * missing, and chunks with wrong checksums. `source`: the same as for `McapReader.open()`, or a stream.
 *
 * After bytes that are not a record, it continues with the next plausible record, and counts the bytes between. If the
 * source is not a stream, it then also uses the summary of the file: for chunks whose heads are lost, and for missing
 * schemas and channels.
 *
 * @throws {TypeError | RangeError} If an option is invalid.
 */
export function salvage(source: McapInput | ByteStream, options: SalvageOptions = {}): Salvage {
  return new Salvage(source, options);
}

/** The parts of a broken file. {@linkcode salvage} creates it. Use one loop. */
export class Salvage implements AsyncIterable<SalvagedPart> {
  readonly #source: McapInput | ByteStream;
  readonly #signal: AbortSignal | undefined;
  readonly #state: SalvageState;
  readonly #chunks: ChunkSalvage;
  readonly #records: RecordSalvage;
  /** Why the file does not begin as an MCAP file. */
  #magicFault: McapError | undefined;
  #isStarted = false;

  /** Use {@linkcode salvage}. */
  constructor(source: McapInput | ByteStream, options: SalvageOptions) {
    this.#source = source;
    this.#signal = options.signal;
    const limits = resolveReadLimits(options);
    const { maxRecordBytes } = limits;
    const definitions = new Definitions("replace");
    this.#state = {
      limits,
      findOptions: { maxRecordBytes, hasChannel: (id) => definitions.entry(id) !== undefined },
      definitions,
      collector: new MessageCollector(definitions, new MessageFilter()),
      tally: new SalvageTally(),
    };
    this.#chunks = new ChunkSalvage(this.#state);
    this.#records = new RecordSalvage(this.#state, this.#chunks);
  }

  /** The first record of the file; `undefined` before it was read, or if it is missing. */
  get header(): Header | undefined {
    return this.#records.header;
  }

  /** The channels that were read so far, by id. */
  get channels(): ReadonlyMap<number, Channel> {
    return this.#state.definitions.channels;
  }

  /** The schemas that were read so far, by id. */
  get schemas(): ReadonlyMap<number, Schema> {
    return this.#state.definitions.schemas;
  }

  /** What was found and lost so far. It is complete when the loop has ended. */
  get report(): SalvageReport {
    const { tally, collector } = this.#state;
    return tally.report(collector.skippedMessages);
  }

  /**
   * Yields the parts. A broken file is not an error.
   *
   * @throws {McapError} In the loop, if the file has nothing of an MCAP file.
   * @throws {TypeError} If there is a loop already.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<SalvagedPart, undefined, undefined> {
    if (this.#isStarted) throw new TypeError("Cannot salvage: a loop already reads the source");
    this.#isStarted = true;
    return this.#read();
  }

  async *#read(): AsyncGenerator<SalvagedPart, undefined, undefined> {
    const { stream, source, close } = await openStream(this.#source, this.#signal);
    const { limits: { maxRecordBytes }, tally } = this.#state;
    // Records that are not needed are gathered, too, because a wrong length must not skip others.
    const feed = new RecordFeed(stream, { maxRecordBytes, isNeeded: () => true, signal: this.#signal });
    const skipper = new DamageSkipper(this.#state, this.#chunks, source, this.#signal);
    const countBytes = () => void (tally.bytes = source?.size ?? feed.offset + feed.bytes.length);
    try {
      let isReadable = await this.#begin(feed, skipper);
      while (isReadable && !tally.isEnded) {
        const failure = await this.#fill(feed);
        countBytes();
        if (!failure) yield* this.#records.read(feed);
        else isReadable = !failure.isEnd && await skipper.skip(feed, failure);
        yield* this.#records.collected();
        this.#signal?.throwIfAborted();
      }
      countBytes();
      if (this.#magicFault && tally.isEmpty) throw this.#magicFault;
    } finally {
      await feed.close();
      await close();
    }
  }

  /** Reads the magic bytes. If they are wrong, searches for a record. Returns whether there is anything to read. */
  async #begin(feed: RecordFeed, skipper: DamageSkipper): Promise<boolean> {
    try {
      await feed.magic();
      return true;
    } catch (error) {
      if (!(error instanceof McapError)) throw error;
      this.#magicFault = error;
      this.#state.tally.lose(error, 0);
      return await skipper.findFirst(feed);
    }
  }

  /** Gathers records. Returns why there are none. */
  async #fill(feed: RecordFeed): Promise<FillFailure | undefined> {
    const { tally } = this.#state;
    try {
      const result = await feed.fill();
      if (result === "records" || result === "skipped") return undefined;
      const { opcode, error } = result;
      const isEnd = opcode === 0;
      if (isEnd) tally.end(error);
      else tally.lose(error, feed.offset, opcode);
      return { error, isChunk: opcode === Opcode.CHUNK, isEnd };
    } catch (error) {
      if (!(error instanceof McapError)) throw error;
      tally.lose(error, feed.offset);
      return { error, isChunk: false, isEnd: false };
    }
  }
}

/** Why no whole record follows. */
interface FillFailure extends RecordFailure {
  /** Whether the file ends here. */
  readonly isEnd: boolean;
}
