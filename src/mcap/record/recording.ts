// Recording: writes messages to the current file, flushes it, and begins another one when it is time.

import { textOf } from "../../error_text.ts";
import type { Channel } from "../../protocol/channels.ts";
import { timeNs } from "../../time_ns.ts";
import type { McapTarget } from "../writer/open_sink.ts";
import { FileSeries, type RecordingFile } from "./file_series.ts";
import { RecordedChannel } from "./recorded_channel.ts";
import { type McapRecorderOptions, type ResolvedRecorderOptions, resolveRecorderOptions } from "./recorder_options.ts";
import type { McapRecorderStats } from "./recorder_stats.ts";
import { RecordingCounts } from "./recording_counts.ts";
import { RecordingError } from "./recording_error.ts";
import { RecordingFiles } from "./recording_files.ts";
import { RecordingLog } from "./recording_log.ts";

/** How often, at least, the age of the file and the drops are checked, in ms. */
const MAX_TICK_MS = 1000;
/** The size of the files is checked after this many bytes, or a part of the limit. */
const CHECK_BYTES = 64 * 1024;
const CHECK_PART = 1 / 32;

/** The messages of a server, or of a client, in one file or in several. */
export class Recording {
  readonly #options: ResolvedRecorderOptions;
  readonly #series: FileSeries;
  readonly #log: RecordingLog;
  readonly #counts = new RecordingCounts();
  readonly #channels = new Set<RecordedChannel>();
  readonly #closed = Promise.withResolvers<void>();
  readonly #checkBytes: number;
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
    const { logger, clock, maxFileBytes } = options;
    this.#options = options;
    this.#series = new FileSeries(target, options);
    this.#log = new RecordingLog(logger, clock, this.#series.label);
    this.#checkBytes = Math.min(CHECK_BYTES, maxFileBytes * CHECK_PART);
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
      topics: this.#counts.topics(),
    };
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
    if (recorded.isLatched && hasSeveralFiles) recorded.keep(message);
    if (this.#files.isFull || !this.#files.current.writer.write(message)) {
      this.#counts.addDrop(counts);
      if (!this.#failure) this.#log.dropped(recorded.channel.topic);
      return;
    }
    this.#counts.addMessage(counts, data.length);
    this.#lastLogTime = logTime;
    this.#hasUnflushed = true;
    this.#uncheckedBytes += data.length;
    if (this.#uncheckedBytes > this.#checkBytes) this.#checkFiles();
  }

  /**
   * Waits until everything that was written before is on the disk.
   *
   * @throws {RecordingError} If a file could not be written.
   * @throws {TypeError} If the recording is closed.
   */
  async flush(): Promise<void> {
    if (this.#closing) throw new TypeError("Cannot flush: the recording is closed");
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
    await Promise.all([this.#rotating, this.#files.finishAll()]);
    this.#log.endEpisode();
    if (this.#failure) throw this.#failure;
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
    this.#files.switchTo(next);
    for (const recorded of this.#channels) {
      if (this.#define(recorded) !== undefined) recorded.repeat(next.writer, this.#lastLogTime);
    }
  }

  /** Ends the recording, because a file cannot be written. */
  #fail({ path, writer }: RecordingFile, cause: unknown): void {
    if (this.#failure) return;
    const { messages, fileMessages } = writer.stats;
    const lostMessages = messages - fileMessages;
    this.#counts.addLost(lostMessages);
    this.#failure = new RecordingError({ path, savedMessages: fileMessages, lostMessages }, cause);
    this.#closed.reject(this.#failure);
    this.#log.write("error", `${this.#failure.message}. Nothing more is recorded`);
  }
}
