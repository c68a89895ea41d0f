// McapRecorderOptions, their defaults and their checks.

import { CLOCK, type Clock } from "../../clock.ts";
import type { Logger } from "../../logger.ts";
import { MACHINE_CLOCK } from "../../machine_clock.ts";
import { CONSOLE, SILENT } from "../../server/loggers.ts";
import { DEFAULT_CHUNK_BYTES, DEFAULT_MAX_PENDING_BYTES, type McapWriterOptions } from "../writer/writer_options.ts";
import { MIN_TOTAL_BYTES } from "./budget.ts";

/** The options of the files of a recording. */
export type McapFileOptions = Pick<
  McapWriterOptions,
  "profile" | "library" | "compression" | "level" | "chunkBytes" | "maxPendingBytes" | "compress" | "overwrite"
>;

/**
 * The time that a file has as `logTime`, by which readers sort: the timestamp of the `message`, or the local time when
 * the recorder `receive`d it.
 */
export type LogTimeSource = "message" | "receive";

/** Options of `McapRecorder.open()`. */
export interface McapRecorderOptions extends McapFileOptions {
  /**
   * The time that is written as `logTime`. The `publishTime` is always the timestamp of the message. Use `"receive"` if
   * the clocks of the sources differ.
   *
   * @default {"message"}
   */
  readonly times?: LogTimeSource;
  /**
   * The size at which another file is begun, in bytes. A file may become larger by a chunk and its index, and by what
   * arrives while the next file is created. Only for paths.
   *
   * @default {Infinity} one file. With `maxTotalBytes`: an eighth of it, or half of it with `maxFileSeconds`
   */
  readonly maxFileBytes?: number;
  /**
   * The time after which another file is begun, in seconds. A file without messages is continued. Only for paths.
   *
   * @default {Infinity} one file
   */
  readonly maxFileSeconds?: number;
  /**
   * The size of all files of this recording, in bytes. The oldest files are removed when the files are larger. Files of
   * earlier recordings are not counted and not removed. At least 32 KiB. Only for paths.
   *
   * @default {Infinity} keeps all files
   */
  readonly maxTotalBytes?: number;
  /**
   * How often all messages are written to the disk, in seconds. After a crash or a power cut, at most the messages of
   * this time are missing. `Infinity` writes only full chunks, which compress better.
   *
   * @default {1}
   */
  readonly flushSeconds?: number;
  /**
   * Receives a line when messages are dropped, and when the recording fails. `false` disables it.
   *
   * @default warnings and errors on the console
   */
  readonly logger?: Logger | false;
}

/** Options with their defaults. */
export interface ResolvedRecorderOptions
  extends Required<Omit<McapRecorderOptions, keyof McapFileOptions | "logger" | "maxTotalBytes">> {
  /** The options of each file. */
  readonly file: McapFileOptions & Required<Pick<McapFileOptions, "chunkBytes" | "maxPendingBytes">>;
  /** See {@linkcode McapRecorderOptions.maxTotalBytes}. */
  readonly maxTotalBytes: number;
  /** Whether the recording may have several files. */
  readonly hasSeveralFiles: boolean;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** By default, the largest file has this part of all bytes, so that removing the oldest loses little. */
const DEFAULT_PARTS = 8;
/** Removing the oldest file must not leave only the one that was just begun. */
const MIN_PARTS = 2;
/** A file has at least this many chunks, so that its size is near the limit. */
const MIN_CHUNKS = 8;

/**
 * Checks the options, except those of files, and adds the defaults.
 *
 * @throws {TypeError | RangeError} If one is invalid.
 */
export function resolveRecorderOptions(options: McapRecorderOptions & { [CLOCK]?: Clock }): ResolvedRecorderOptions {
  const {
    times = "message",
    maxTotalBytes = Infinity,
    maxFileSeconds = Infinity,
    // The time that the user has chosen should decide.
    maxFileBytes = maxTotalBytes / (maxFileSeconds < Infinity ? MIN_PARTS : DEFAULT_PARTS),
    flushSeconds = 1,
    logger,
    chunkBytes = DEFAULT_CHUNK_BYTES,
    maxPendingBytes = DEFAULT_MAX_PENDING_BYTES,
    [CLOCK]: clock = MACHINE_CLOCK,
    ...others
  } = options;
  checkLogTimeSource(times);
  checkPositive({ maxFileBytes, maxFileSeconds, maxTotalBytes, flushSeconds });
  if (maxTotalBytes < MIN_TOTAL_BYTES) {
    throw new RangeError(`Cannot record: maxTotalBytes is ${maxTotalBytes}, less than ${MIN_TOTAL_BYTES} (32 KiB)`);
  }
  if (maxFileBytes > maxTotalBytes / MIN_PARTS && maxTotalBytes < Infinity) {
    throw new RangeError(`Cannot record: maxFileBytes is ${maxFileBytes}, more than half of maxTotalBytes`);
  }
  const maxChunkBytes = Math.max(1, Math.floor(maxFileBytes / MIN_CHUNKS));
  return {
    file: { ...others, chunkBytes: chunkBytes > maxChunkBytes ? maxChunkBytes : chunkBytes, maxPendingBytes },
    times,
    maxFileBytes,
    maxFileSeconds,
    maxTotalBytes,
    flushSeconds,
    hasSeveralFiles: maxFileBytes < Infinity || maxFileSeconds < Infinity,
    logger: logger === false ? SILENT : logger ?? CONSOLE,
    clock,
  };
}

/** Throws unless `value` is valid. */
export function checkLogTimeSource(value: LogTimeSource): void {
  if (value === "message" || value === "receive") return;
  throw new TypeError(`Cannot record: times is ${JSON.stringify(value)}, not "message" or "receive"`);
}

/** Throws unless all values are numbers above 0. */
export function checkPositive(values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === "number" && value > 0) continue;
    throw new RangeError(`Cannot record: ${name} is ${value}, not a number above 0`);
  }
}
