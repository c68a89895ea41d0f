// FileSeries: the files of a recording, one after the other.

import { PLATFORM } from "../../platform.ts";
import type { McapTarget } from "../writer/open_sink.ts";
import { McapWriter } from "../writer/writer.ts";
import { fileName, isNumbered } from "./file_name.ts";
import type { ResolvedRecorderOptions } from "./recorder_options.ts";

/** A file that is written. */
export interface RecordingFile {
  /** Its path or URL, or `undefined` if the recording is not written to a path. */
  readonly path: string | undefined;
  /** Its number in the series. Later files have higher ones. */
  readonly number: number;
  readonly writer: McapWriter;
  /** When it was begun, by the clock of the options, in ms. */
  readonly openedAt: number;
  /** How many of its messages are copies of latched messages of earlier files. */
  copies: number;
}

/** A complete file. Its writer is not kept, because that has large buffers. */
interface FinishedFile extends Pick<RecordingFile, "path" | "number"> {
  readonly bytes: number;
  /** How many messages it has, without copies. */
  readonly messages: number;
}

/** Begins files, and removes the oldest. */
export class FileSeries {
  readonly #target: McapTarget;
  /** The path with placeholders. */
  readonly #template: string | undefined;
  readonly #options: ResolvedRecorderOptions;
  #number = 0;
  #begun = 0;
  #removed = 0;
  #removedMessages = 0;
  /** The complete files that exist, the oldest first. */
  #finished: readonly FinishedFile[] = [];
  #finishedBytes = 0;
  /** The files that are complete, as long as others use them. */
  readonly #complete = new WeakSet<RecordingFile>();

  /**
   * @throws {TypeError} If the options require several files, and the target is not a path.
   */
  constructor(target: McapTarget, options: ResolvedRecorderOptions) {
    this.#target = target;
    this.#options = options;
    if (typeof target === "string") this.#template = target;
    if (target instanceof URL) this.#template = target.href.replaceAll(/%7B(number|time)%7D/gi, "{$1}");
    if (options.hasSeveralFiles && this.#template === undefined) {
      throw new TypeError("Cannot record several files: the target is not a path or a file: URL");
    }
  }

  /** The name of the recording in texts. */
  get label(): string {
    return this.#template === undefined ? "to a stream" : `"${this.#template}"`;
  }

  /** How many files were begun. */
  get begun(): number {
    return this.#begun;
  }

  /** How many files were removed. */
  get removed(): number {
    return this.#removed;
  }

  /** How many messages the removed files had, without copies. */
  get removedMessages(): number {
    return this.#removedMessages;
  }

  /** The paths of the complete files that exist, the oldest first. */
  get finishedPaths(): readonly string[] {
    return this.#finished.map(({ path }) => path).filter((path) => path !== undefined);
  }

  /** The size of the complete files that exist, in bytes. */
  get finishedBytes(): number {
    return this.#finishedBytes;
  }

  /** Whether a file is complete. */
  isFinished(file: RecordingFile): boolean {
    return this.#complete.has(file);
  }

  /**
   * Begins the next file. Skips numbers whose files exist, unless "overwrite" is set. `onFailure` is called if the file
   * cannot be written any more.
   *
   * @throws {Error} If the file cannot be created.
   */
  async open(onFailure: (file: RecordingFile, error: unknown) => void): Promise<RecordingFile> {
    const { file: options, clock } = this.#options;
    const early: unknown[] = [];
    // A sink may fail before this knows the file.
    let report: (error: unknown) => void = (error) => void early.push(error);
    const { path, writer } = await this.#create({ ...options, onError: (error) => report(error) });
    const file = { path, number: this.#number, writer, openedAt: clock.now(), copies: 0 };
    this.#begun += 1;
    report = (error) => onFailure(file, error);
    early.forEach(report);
    return file;
  }

  /** Notes that a file is complete. Files that are closed at the same time may be complete in any order. */
  finish(file: RecordingFile): void {
    const { path, number, writer, copies } = file;
    const { fileBytes, fileMessages } = writer.stats;
    const finished = { path, number, bytes: fileBytes, messages: fileMessages - copies };
    this.#finished = [...this.#finished, finished].sort((one, other) => one.number - other.number);
    this.#finishedBytes += fileBytes;
    this.#complete.add(file);
  }

  /** Closes and removes a file without messages. */
  async discard({ path, writer }: RecordingFile): Promise<void> {
    await writer.close();
    if (path === undefined) return;
    this.#begun -= 1;
    await PLATFORM.removeFile(this.#targetOf(path));
  }

  /**
   * Removes the oldest complete files until all have at most `maxTotalBytes`, with `otherBytes` of those that are not
   * complete. Rejects if one cannot be removed; it is not tried again.
   */
  async removeOldest(otherBytes: number): Promise<void> {
    while (this.#finishedBytes + otherBytes > this.#options.maxTotalBytes) {
      const [oldest, ...rest] = this.#finished;
      // The newest file stays, even if it is too large.
      if (oldest?.path === undefined || (rest.length === 0 && otherBytes === 0)) break;
      this.#finished = rest;
      this.#finishedBytes -= oldest.bytes;
      await PLATFORM.removeFile(this.#targetOf(oldest.path));
      this.#removed += 1;
      this.#removedMessages += oldest.messages;
    }
  }

  async #create(
    options: ResolvedRecorderOptions["file"] & { onError: (error: unknown) => void },
  ): Promise<Pick<RecordingFile, "path" | "writer">> {
    const { hasSeveralFiles } = this.#options;
    const template = this.#template;
    if (template === undefined) return { path: undefined, writer: await McapWriter.open(this.#target, options) };
    while (true) {
      this.#number += 1;
      const path = fileName(template, this.#number, new Date(), hasSeveralFiles);
      try {
        return { path, writer: await McapWriter.open(this.#targetOf(path), options) };
      } catch (error) {
        const exists = (error as { code?: unknown }).code === "EEXIST";
        if (!exists || !isNumbered(template, hasSeveralFiles)) throw error;
      }
    }
  }

  #targetOf(path: string): string | URL {
    return this.#target instanceof URL ? new URL(path) : path;
  }
}
