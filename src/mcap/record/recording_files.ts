// RecordingFiles: the files of a recording that exist: the current one, those that are being completed, and others.

import { textOf } from "../../error_text.ts";
import type { McapWriterStats } from "../writer/writer_stats.ts";
import type { FileSeries, RecordingFile } from "./file_series.ts";
import type { ResolvedRecorderOptions } from "./recorder_options.ts";
import type { RecordingLog } from "./recording_log.ts";

/** How long to wait before another attempt to create a file, in ms. */
const RETRY_MS = 10_000;

/** The current file, and its predecessors. */
export class RecordingFiles {
  readonly #series: FileSeries;
  readonly #options: ResolvedRecorderOptions;
  readonly #log: RecordingLog;
  readonly #onFailure: (file: RecordingFile, error: unknown) => void;
  /** Files that are being completed. */
  readonly #finishing = new Map<RecordingFile, Promise<void>>();
  #current: RecordingFile;
  #rotatesFrom = -Infinity;

  private constructor(
    series: FileSeries,
    current: RecordingFile,
    options: ResolvedRecorderOptions,
    log: RecordingLog,
    onFailure: (file: RecordingFile, error: unknown) => void,
  ) {
    this.#series = series;
    this.#current = current;
    this.#options = options;
    this.#log = log;
    this.#onFailure = onFailure;
  }

  /**
   * Begins the first file. `onFailure` is called when a file cannot be written.
   *
   * @throws {Error} If the file cannot be created.
   */
  static async begin(
    series: FileSeries,
    options: ResolvedRecorderOptions,
    log: RecordingLog,
    onFailure: (file: RecordingFile, error: unknown) => void,
  ): Promise<RecordingFiles> {
    return new RecordingFiles(series, await series.open(onFailure), options, log, onFailure);
  }

  /** The file for messages. */
  get current(): RecordingFile {
    return this.#current;
  }

  /** The paths of all files, the oldest first. */
  get paths(): readonly string[] {
    const open = this.#open.map(({ path }) => path).filter((path) => path !== undefined);
    return [...this.#series.finishedPaths, ...open];
  }

  /** How many bytes all files have. */
  get fileBytes(): number {
    return this.#series.finishedBytes + this.#sumOfOpen(({ fileBytes }) => fileBytes);
  }

  /** How many bytes wait for the disk. */
  get pendingBytes(): number {
    return this.#sumOfOpen(({ pendingBytes }) => pendingBytes);
  }

  /** Whether the pending bytes of an earlier file and the current one reach "maxPendingBytes". */
  get isFull(): boolean {
    return this.#finishing.size > 0 && this.pendingBytes >= this.#options.file.maxPendingBytes;
  }

  /** Whether another file must be begun: the current one is large or old enough. */
  get needsNext(): boolean {
    const { clock, maxFileBytes, maxFileSeconds } = this.#options;
    // While an earlier file waits for a slow disk, another one would only make it wait for longer.
    if (this.#finishing.size > 0 || clock.now() < this.#rotatesFrom) return false;
    const { writer, openedAt } = this.#current;
    const { fileBytes, pendingBytes, messages } = writer.stats;
    if (messages === 0) return false;
    return fileBytes + pendingBytes >= maxFileBytes || clock.now() - openedAt >= maxFileSeconds * 1000;
  }

  /** Creates the next file. Returns `undefined` if that is not possible; the current file is used for longer then. */
  async createNext(): Promise<RecordingFile | undefined> {
    try {
      return await this.#series.open(this.#onFailure);
    } catch (error) {
      this.#rotatesFrom = this.#options.clock.now() + RETRY_MS;
      this.#log.write("error", `Cannot begin another file of the recording ${this.#series.label}: ${textOf(error)}`);
      return undefined;
    }
  }

  /** Removes a file from {@linkcode createNext}, because the recording has ended meanwhile. */
  async discard(file: RecordingFile): Promise<void> {
    try {
      await this.#series.discard(file);
    } catch (error) {
      this.#log.write("error", `Cannot remove the empty file "${file.path}": ${textOf(error)}`);
    }
  }

  /** Makes a file from {@linkcode createNext} the current one, and completes the one before. */
  switchTo(next: RecordingFile): void {
    void this.#finish(this.#current);
    this.#current = next;
  }

  /** Waits for the current file, and all before it, until they are on the disk. */
  async flush(): Promise<void> {
    await Promise.all([this.#current.writer.flush(), ...this.#finishing.values()]);
  }

  /** Completes all files. Never rejects: the owner learns of errors by `onFailure`. */
  async finishAll(): Promise<void> {
    await Promise.all([this.#finish(this.#current), ...this.#finishing.values()]);
  }

  /** Removes the oldest files if all are larger than `maxTotalBytes`. */
  async removeOldest(): Promise<void> {
    if (this.#options.maxTotalBytes === Infinity) return;
    const openBytes = this.#sumOfOpen(({ fileBytes, pendingBytes }) => fileBytes + pendingBytes);
    try {
      await this.#series.removeOldest(openBytes);
    } catch (error) {
      this.#log.write("error", `Cannot remove the oldest file of the recording: ${textOf(error)}`);
    }
  }

  /** The files that are not complete. */
  get #open(): RecordingFile[] {
    return [...new Set([...this.#finishing.keys(), this.#current])].filter((file) => !this.#series.isFinished(file));
  }

  #sumOfOpen(bytesOf: (stats: McapWriterStats) => number): number {
    return this.#open.reduce((sum, { writer }) => sum + bytesOf(writer.stats), 0);
  }

  #finish(file: RecordingFile): Promise<void> {
    const finishing = this.#complete(file).finally(() => this.#finishing.delete(file));
    this.#finishing.set(file, finishing);
    return finishing;
  }

  async #complete(file: RecordingFile): Promise<void> {
    const { writer } = file;
    try {
      // close() alone does not wait for the disk.
      await writer.flush();
      await writer.close();
    } catch (error) {
      this.#onFailure(file, error);
      await writer.close().catch(() => {});
    }
    this.#series.finish(file);
    await this.removeOldest();
  }
}
