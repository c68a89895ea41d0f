// Recording: writes messages to the current file, and begins another one when it is large or old enough.

import type { Channel } from "../../protocol/channels.ts";
import { timeNs } from "../../time_ns.ts";
import { textOf } from "../../error_text.ts";
import type { McapTarget } from "../writer/open_sink.ts";
import { FileSeries, type RecordingFile } from "./file_series.ts";
import { RecordedChannel, type TopicCounts } from "./recorded_channel.ts";
import { type McapRecorderOptions, type ResolvedRecorderOptions, resolveRecorderOptions } from "./recorder_options.ts";
import type { McapRecorderStats } from "./recorder_stats.ts";
import { RecordingError } from "./recording_error.ts";
import { RecordingLog } from "./recording_log.ts";

/** How often, at least, the age of the file and the drops are checked, in ms. */
const MAX_TICK_MS = 1000;
/** The size of the files is checked after this many bytes, or a part of the limit. */
const CHECK_BYTES = 64 * 1024;
const CHECK_PART = 1 / 32;
/** How long to wait before another attempt to create a file, in ms. */
const RETRY_MS = 10_000;

/** The messages of a server, or of a client, in one file or in several. */
export class Recording {
  readonly #options: ResolvedRecorderOptions;
  readonly #series: FileSeries;
  readonly #log: RecordingLog;
  readonly #channels = new Set<RecordedChannel>();
  readonly #topics = new Map<string, TopicCounts>();
  /** Files that are being completed. */
  readonly #finishing = new Map<RecordingFile, Promise<void>>();
  readonly #checkBytes: number;
  #current!: RecordingFile;
  #failure: RecordingError | undefined;
  /** 0 means "unknown" in files. */
  #sequence = 1;
  #lastLogTime = 0n;
  #messages = 0;
  #messageBytes = 0;
  #drops = 0;
  #uncheckedBytes = 0;
  #hasUnflushed = false;
  #flushing: Promise<void> | undefined;
  #flushedAt: number;
  #rotating: Promise<void> | undefined;
  #rotatesFrom = -Infinity;
  #closing: Promise<void> | undefined;
  readonly #closed = Promise.withResolvers<void>();
  #cancelTick = () => {};

  private constructor(target: McapTarget, options: ResolvedRecorderOptions) {
    const { logger, clock, maxFileBytes } = options;
    this.#options = options;
    this.#series = new FileSeries(target, options);
    this.#log = new RecordingLog(logger, clock, this.#series.label);
    this.#checkBytes = Math.min(CHECK_BYTES, maxFileBytes * CHECK_PART);
    this.#flushedAt = clock.now();
    // Nobody needs to listen.
    this.#closed.promise.catch(() => {});
  }

  /**
   * Begins the first file.
   *
   * @throws {TypeError | RangeError} If the target or an option is invalid.
   * @throws {Error} If the file cannot be created.
   */
  static async open(target: McapTarget, options: McapRecorderOptions): Promise<Recording> {
    const recording = new Recording(target, resolveRecorderOptions(options));
    recording.#current = await recording.#open();
    recording.#scheduleTick();
    return recording;
  }

  /** What was done so far. */
  get stats(): McapRecorderStats {
    return {
      messages: this.#messages,
      messageBytes: this.#messageBytes,
      drops: this.#drops,
      fileBytes: this.#series.finishedBytes + this.#openBytes("fileBytes"),
      pendingBytes: this.#openBytes("pendingBytes"),
      files: this.#series.begun,
      removedFiles: this.#series.removed,
      topics: new Map([...this.#topics].map(([topic, counts]) => [topic, { ...counts }])),
    };
  }

  /** Resolves when all files are complete. Rejects as soon as one could not be written. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** The paths of the files that exist, the oldest first. */
  get paths(): readonly string[] {
    const open = this.#openFiles.map(({ path }) => path).filter((path) => path !== undefined);
    return [...this.#series.finishedPaths, ...open];
  }

  /** Adds a channel. `latchDepth`: how many messages it latches. */
  addChannel(channel: Channel, latchDepth: number): RecordedChannel {
    const counts = this.#topics.get(channel.topic) ?? { messages: 0, bytes: 0, drops: 0 };
    this.#topics.set(channel.topic, counts);
    const recorded = new RecordedChannel(channel, latchDepth, counts);
    this.#channels.add(recorded);
    if (!this.#closing) this.#define(recorded, this.#current);
    return recorded;
  }

  /** Removes a channel. Later files do not have it. */
  removeChannel(channel: RecordedChannel): void {
    this.#channels.delete(channel);
  }

  /** Writes a message, or drops it. `payload` may be reused as soon as this returns. Does nothing after `close()`. */
  write(recorded: RecordedChannel, timestamp: bigint, payload: Uint8Array): void {
    if (this.#closing) return;
    const { times, hasSeveralFiles } = this.#options;
    const { writer } = this.#current;
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) >>> 0;
    const logTime = times === "receive" ? timeNs() : timestamp;
    const message = { logTime, publishTime: timestamp, sequence, data: payload };
    if (recorded.isLatched && hasSeveralFiles) recorded.keep(message);
    const channelId = this.#failure ? undefined : this.#define(recorded, this.#current);
    if (channelId === undefined) return this.#drop(recorded);
    if (this.#isFull || !writer.write({ ...message, channelId })) {
      this.#drop(recorded);
      if (!this.#failure) this.#log.dropped(recorded.channel.topic);
      return;
    }
    this.#lastLogTime = logTime;
    this.#messages += 1;
    this.#messageBytes += payload.length;
    recorded.counts.messages += 1;
    recorded.counts.bytes += payload.length;
    this.#hasUnflushed = true;
    this.#uncheckedBytes += payload.length;
    if (this.#uncheckedBytes > this.#checkBytes) this.#checkSize();
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
    const { writer } = this.#current;
    await Promise.all([writer.flush(), ...this.#finishing.values()]).catch((error) => this.#throw(error));
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
    // What close() has received is in the file, although another one is being created.
    await Promise.all([this.#rotating, this.#finish(this.#current)]);
    await Promise.all(this.#finishing.values());
    this.#log.endEpisode();
    if (this.#failure) throw this.#failure;
  }

  /** The files that are not complete. */
  get #openFiles(): RecordingFile[] {
    return [...this.#finishing.keys(), this.#current].filter((file) => !this.#series.isFinished(file));
  }

  /** Whether too many bytes wait for the disk. */
  get #isFull(): boolean {
    if (this.#finishing.size === 0) return false;
    return this.#openBytes("pendingBytes") >= (this.#options.file.maxPendingBytes ?? Infinity);
  }

  /** Sums up the bytes of the files that are not complete. */
  #openBytes(name: "fileBytes" | "pendingBytes"): number {
    return this.#openFiles.reduce((sum, { writer }) => sum + writer.stats[name], 0);
  }

  #drop({ counts }: RecordedChannel): void {
    this.#drops += 1;
    counts.drops += 1;
  }

  /** Adds a channel to a file. Returns its id, or `undefined` if that is not possible. */
  #define(recorded: RecordedChannel, { writer }: RecordingFile): number | undefined {
    try {
      return recorded.idIn(writer);
    } catch (error) {
      const { topic } = recorded.channel;
      if (recorded.counts.drops === 0) this.#log.write("error", `Cannot record "${topic}": ${textOf(error)}`);
      return undefined;
    }
  }

  #scheduleTick(): void {
    const { clock, flushSeconds } = this.#options;
    this.#cancelTick = clock.after(Math.min(MAX_TICK_MS, flushSeconds * 1000), () => {
      this.#tick();
      this.#scheduleTick();
    });
  }

  #tick(): void {
    const { clock, flushSeconds } = this.#options;
    this.#log.check();
    this.#checkSize();
    const isDue = clock.now() - this.#flushedAt >= flushSeconds * 1000;
    if (!isDue || !this.#hasUnflushed || this.#flushing || this.#failure) return;
    // A failure is reported by onFailure().
    this.#flushing = this.flush().catch(() => {}).finally(() => this.#flushing = undefined);
  }

  /** Begins another file if the current one is large or old enough, and removes the oldest. */
  #checkSize(): void {
    this.#uncheckedBytes = 0;
    const { clock, maxFileBytes, maxFileSeconds, maxTotalBytes, hasSeveralFiles } = this.#options;
    if (!hasSeveralFiles || this.#failure) return;
    const { writer, openedAt } = this.#current;
    const { fileBytes, pendingBytes, messages } = writer.stats;
    const now = clock.now();
    const isDue = fileBytes + pendingBytes >= maxFileBytes || now - openedAt >= maxFileSeconds * 1000;
    // While an earlier file waits for a slow disk, another one would only make it wait for longer.
    if (isDue && messages > 0 && !this.#rotating && this.#finishing.size === 0 && now >= this.#rotatesFrom) {
      this.#rotating = this.#rotate().finally(() => this.#rotating = undefined);
    }
    if (maxTotalBytes < Infinity) void this.#removeOldest();
  }

  async #removeOldest(): Promise<void> {
    const openBytes = this.#openBytes("fileBytes") + this.#openBytes("pendingBytes");
    try {
      await this.#series.removeOldest(openBytes);
    } catch (error) {
      this.#log.write("error", `Cannot remove the oldest file of the recording: ${textOf(error)}`);
    }
  }

  /** Begins the next file. Until it exists, messages are written to the current one. */
  async #rotate(): Promise<void> {
    let next: RecordingFile;
    try {
      next = await this.#open();
    } catch (error) {
      this.#rotatesFrom = this.#options.clock.now() + RETRY_MS;
      this.#log.write("error", `Cannot begin another file of the recording ${this.#series.label}: ${textOf(error)}`);
      return;
    }
    if (this.#closing || this.#failure) return await this.#series.discard(next).catch(() => {});
    const last = this.#current;
    this.#current = next;
    for (const recorded of this.#channels) {
      if (this.#define(recorded, next) !== undefined) recorded.repeat(next.writer, this.#lastLogTime);
    }
    this.#finishing.set(last, this.#finish(last).finally(() => this.#finishing.delete(last)));
  }

  #open(): Promise<RecordingFile> {
    return this.#series.open((file, error) => this.#fail(file, error));
  }

  /** Completes a file. Never rejects: `#fail()` gets the error. */
  async #finish(file: RecordingFile): Promise<void> {
    try {
      // close() alone does not wait for the disk.
      await file.writer.flush();
      await file.writer.close();
    } catch (error) {
      this.#fail(file, error);
      await file.writer.close().catch(() => {});
    }
    this.#series.finish(file);
    await this.#removeOldest();
  }

  /** Ends the recording, because a file cannot be written. */
  #fail({ path, writer }: RecordingFile, cause: unknown): void {
    if (this.#failure) return;
    const { messages, fileMessages } = writer.stats;
    const lostMessages = messages - fileMessages;
    this.#messages -= lostMessages;
    this.#drops += lostMessages;
    this.#failure = new RecordingError({ path, savedMessages: fileMessages, lostMessages }, cause);
    this.#closed.reject(this.#failure);
    this.#log.write("error", `${this.#failure.message}. Nothing more is recorded`);
  }

  #throw(error: unknown): never {
    throw this.#failure ?? error;
  }
}
