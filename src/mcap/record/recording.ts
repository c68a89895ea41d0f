// Recording: writes messages to the current file, flushes it, and begins another one when it is time.

import { textOf } from "../../error_text.ts";
import type { Channel } from "../../protocol/channels.ts";
import { timeNs } from "../../time_ns.ts";
import type { Message } from "../records/records.ts";
import { laterOf } from "../records/times.ts";
import type { McapTarget } from "../writer/open_sink.ts";
import { FileSeries, type RecordingFile } from "./file_series.ts";
import { RecordedChannel } from "./recorded_channel.ts";
import { type McapRecorderOptions, type ResolvedRecorderOptions, resolveRecorderOptions } from "./recorder_options.ts";
import type { McapRecorderStats } from "./recorder_stats.ts";
import { RecordingCounts } from "./recording_counts.ts";
import { RecordingError } from "./recording_error.ts";
import { RecordingFiles } from "./recording_files.ts";
import { RecordingLog } from "./recording_log.ts";
import { WaitingMessages } from "./waiting_messages.ts";

/** How often, at least, the age of the file and the drops are checked, in ms. */
const MAX_TICK_MS = 1000;
/** The size of the files is checked after this many bytes, or a part of the limit. */
const CHECK_BYTES = 64 * 1024;
const CHECK_PART = 1 / 32;
/** The part of the pending bytes that latched messages may have before the recording begins. */
const WAITING_PART = 1 / 2;

/** The messages of a server, or of a client, in one file or in several. */
export class Recording {
  readonly #options: ResolvedRecorderOptions;
  readonly #series: FileSeries;
  readonly #log: RecordingLog;
  readonly #counts = new RecordingCounts();
  readonly #channels = new Set<RecordedChannel>();
  readonly #closed = Promise.withResolvers<void>();
  readonly #checkBytes: number;
  /** Latched messages, until the first other message. */
  readonly #waiting: WaitingMessages<Message & { readonly recorded: RecordedChannel }>;
  /** The earliest log time of the current file, which latched messages must not precede. Unknown at first. */
  #begin: bigint | undefined;
  #files!: RecordingFiles;
  #failure: RecordingError | undefined;
  /** 0 means "unknown" in files. */
  #sequence = 1;
  #lastLogTime = 0n;
  #uncheckedBytes = 0;
  #hasUnflushed = false;
  #isFlushing = false;
  #flushedAt: number;
  #rotating: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #cancelTick = () => {};

  private constructor(target: McapTarget, options: ResolvedRecorderOptions) {
    const { logger, clock, maxFileBytes, file } = options;
    this.#options = options;
    this.#series = new FileSeries(target, options);
    this.#log = new RecordingLog(logger, clock, this.#series.label);
    this.#checkBytes = Math.min(CHECK_BYTES, maxFileBytes * CHECK_PART);
    this.#waiting = new WaitingMessages(file.maxPendingBytes * WAITING_PART);
    this.#flushedAt = clock.now();
    // A program may ignore `closed`. Then a rejection must not end the process.
    this.#closed.promise.catch(() => {});
  }

  /**
   * Begins the first file.
   *
   * @throws {TypeError | RangeError} If the target or an option is invalid.
   * @throws {Error} If the file cannot be created.
   */
  static async open(target: McapTarget, options: McapRecorderOptions): Promise<Recording> {
    const resolved = resolveRecorderOptions(options);
    const recording = new Recording(target, resolved);
    const onFailure = (file: RecordingFile, error: unknown) => recording.#fail(file, error);
    recording.#files = await RecordingFiles.begin(recording.#series, resolved, recording.#log, onFailure);
    recording.#scheduleTick();
    return recording;
  }

  /** What was done so far. */
  get stats(): McapRecorderStats {
    return {
      messages: this.#counts.messages,
      messageBytes: this.#counts.bytes,
      drops: this.#counts.drops,
      fileBytes: this.#files.fileBytes,
      pendingBytes: this.#files.pendingBytes,
      files: this.#series.begun,
      removedFiles: this.#series.removed,
      removedMessages: this.#series.removedMessages,
      topics: this.#counts.topics(),
    };
  }

  /** Whether `close()` was called. */
  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /** Resolves when all files are complete. Rejects as soon as one could not be written. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** The paths of the files that exist, the oldest first. */
  get paths(): readonly string[] {
    return this.#files.paths;
  }

  /** Adds a channel. `latchDepth`: how many messages it latches. */
  addChannel(channel: Channel, latchDepth: number): RecordedChannel {
    const recorded = new RecordedChannel(channel, latchDepth, this.#counts.ofTopic(channel.topic));
    this.#channels.add(recorded);
    if (!this.#closing) this.#define(recorded);
    return recorded;
  }

  /** Removes a channel. Later files do not have it. */
  removeChannel(channel: RecordedChannel): void {
    this.#channels.delete(channel);
  }

  /** Writes a message, or drops it. `data` may be reused as soon as this returns. Does nothing after `close()`. */
  write(recorded: RecordedChannel, timestamp: bigint, data: Uint8Array): void {
    if (this.#closing) return;
    const { times, hasSeveralFiles } = this.#options;
    const { counts } = recorded;
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) >>> 0;
    const channelId = this.#failure ? undefined : this.#define(recorded);
    if (channelId === undefined) return this.#counts.addDrop(counts);
    const logTime = times === "receive" ? timeNs() : timestamp;
    const message = { channelId, logTime, publishTime: timestamp, sequence, data };
    this.#counts.addMessage(counts, data.length);
    if (!recorded.isLatched) {
      if (this.#begin === undefined) this.#writeWaiting(logTime);
      if (this.#begin === undefined || logTime < this.#begin) this.#begin = logTime;
      return this.#append(recorded, message);
    }
    if (hasSeveralFiles) recorded.keep(message);
    if (this.#begin !== undefined || times === "receive") {
      const notBefore = laterOf(logTime, this.#begin ?? 0n);
      return this.#append(recorded, { ...message, logTime: notBefore });
    }
    if (!this.#waiting.hasRoom(data.length)) this.#writeWaiting(undefined);
    this.#waiting.add({ ...message, recorded });
    this.#hasUnflushed = true;
  }

  /**
   * Waits until everything that was written before is on the disk.
   *
   * @throws {RecordingError} If a file could not be written.
   * @throws {TypeError} If the recording is closed.
   */
  async flush(): Promise<void> {
    if (this.#closing) throw new TypeError("Cannot flush: the recording is closed");
    this.#writeWaiting(undefined);
    this.#hasUnflushed = false;
    this.#flushedAt = this.#options.clock.now();
    try {
      await this.#files.flush();
    } catch (error) {
      throw this.#failure ?? error;
    }
    if (this.#failure) throw this.#failure;
  }

  /**
   * Completes all files. More calls return the same promise.
   *
   * @throws {RecordingError} If a file could not be written.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close().then(this.#closed.resolve, (error) => {
      this.#closed.reject(error);
      throw error;
    });
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#cancelTick();
    this.#writeWaiting(undefined);
    await Promise.all([this.#rotating, this.#files.finishAll()]);
    this.#log.endEpisode();
    if (this.#failure) throw this.#failure;
  }

  /** Writes the messages that wait, with `begin` instead of earlier log times. `undefined` keeps their own. */
  #writeWaiting(begin: bigint | undefined): void {
    for (const { recorded, ...message } of this.#waiting.take(begin)) this.#append(recorded, message);
  }

  /** Writes a message that was counted to the current file, or drops it. */
  #append(recorded: RecordedChannel, message: Message): void {
    const { data, logTime } = message;
    if (this.#files.isFull || !this.#files.current.writer.write(message)) {
      this.#counts.dropMessage(recorded.counts, data.length);
      if (!this.#failure) this.#log.dropped(recorded.channel.topic);
      return;
    }
    this.#lastLogTime = recorded.isLatched ? laterOf(this.#lastLogTime, logTime) : logTime;
    this.#hasUnflushed = true;
    this.#uncheckedBytes += data.length;
    if (this.#uncheckedBytes > this.#checkBytes) this.#checkFiles();
  }

  /** Adds a channel to the current file. Returns its id, or `undefined` if the file cannot have it. */
  #define(recorded: RecordedChannel): number | undefined {
    try {
      return recorded.idIn(this.#files.current.writer);
    } catch (error) {
      const { topic } = recorded.channel;
      if (recorded.counts.drops === 0) this.#log.write("error", `Cannot record "${topic}": ${textOf(error)}`);
      return undefined;
    }
  }

  #scheduleTick(): void {
    const { clock, flushSeconds } = this.#options;
    this.#cancelTick = clock.after(Math.min(MAX_TICK_MS, flushSeconds * 1000), () => {
      this.#log.check();
      this.#checkFiles();
      if (clock.now() - this.#flushedAt >= flushSeconds * 1000) void this.#flushRegularly();
      this.#scheduleTick();
    });
  }

  async #flushRegularly(): Promise<void> {
    if (!this.#hasUnflushed || this.#isFlushing || this.#failure) return;
    this.#isFlushing = true;
    // A failure is reported by #fail().
    await this.flush().catch(() => {});
    this.#isFlushing = false;
  }

  /** Begins another file if it is time, and removes the oldest. */
  #checkFiles(): void {
    this.#uncheckedBytes = 0;
    if (!this.#options.hasSeveralFiles || this.#failure) return;
    if (!this.#rotating && this.#files.needsNext) {
      this.#rotating = this.#rotate().finally(() => this.#rotating = undefined);
    }
    void this.#files.removeOldest();
  }

  /** Begins the next file. Until it exists, messages are written to the current one. */
  async #rotate(): Promise<void> {
    const next = await this.#files.createNext();
    if (!next) return;
    if (this.#closing || this.#failure) return await this.#files.discard(next);
    // They belong to the file that had no other messages so far.
    this.#writeWaiting(undefined);
    this.#files.switchTo(next);
    if (this.#begin !== undefined) this.#begin = this.#lastLogTime;
    for (const recorded of this.#channels) {
      if (this.#define(recorded) !== undefined) next.copies += recorded.repeat(next.writer, this.#lastLogTime);
    }
  }

  /** Ends the recording, because a file cannot be written. */
  #fail({ path, writer }: RecordingFile, cause: unknown): void {
    if (this.#failure) return;
    const { messages, fileMessages } = writer.stats;
    const lostMessages = messages - fileMessages + this.#waiting.take(undefined).length;
    this.#counts.addLost(lostMessages);
    this.#failure = new RecordingError({ path, savedMessages: fileMessages, lostMessages }, cause);
    this.#closed.reject(this.#failure);
    this.#log.write("error", `${this.#failure.message}. Nothing more is recorded`);
  }
}
