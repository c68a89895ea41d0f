// RingRecorderOptions, their defaults and their checks.

import { CLOCK, type Clock } from "../../clock.ts";
import { MACHINE_CLOCK } from "../../machine_clock.ts";
import { resolveWriterOptions } from "../writer/writer_options.ts";
import { checkLogTimeSource, checkPositive, type LogTimeSource } from "./recorder_options.ts";
import type { CompressionMethod } from "../compression/compress.ts";

/** Options of `ringRecorder()`. */
export interface RingRecorderOptions {
  /**
   * How long messages are kept, in seconds. A chunk is kept until its newest message is older, so a file may begin a
   * second earlier.
   *
   * @default {60}
   */
  readonly seconds?: number;
  /**
   * How many bytes of chunks are kept, after compression. The oldest chunk is removed when they are more. In addition,
   * the recorder needs memory for one chunk, for definitions, and for one copy of the latched messages.
   *
   * @default {67_108_864} 64 MiB
   */
  readonly bytes?: number;
  /**
   * How chunks are compressed. `"zstd"` requires Node 22.15 or newer, or Deno, or Bun.
   *
   * @default {"zstd"}
   */
  readonly compression?: CompressionMethod;
  /**
   * The level of zstd, from 1, the fastest, to 19.
   *
   * @default {1}
   */
  readonly level?: number;
  /**
   * The size of a chunk in bytes, before compression.
   *
   * @default {262_144} 256 KiB
   */
  readonly chunkBytes?: number;
  /**
   * The time that is written as `logTime`, as in `McapRecorderOptions`.
   *
   * @default {"message"}
   */
  readonly times?: LogTimeSource;
}

/** Options with their defaults. */
export interface ResolvedRingOptions extends Required<RingRecorderOptions> {
  readonly clock: Clock;
}

/**
 * Checks the options and adds the defaults.
 *
 * @throws {TypeError | RangeError} If one is invalid, or if the platform lacks zstd.
 */
export function resolveRingOptions(options: RingRecorderOptions & { [CLOCK]?: Clock }): ResolvedRingOptions {
  const { seconds = 60, bytes = 64 * 1024 * 1024, times = "message", [CLOCK]: clock = MACHINE_CLOCK, ...others } =
    options;
  checkLogTimeSource(times);
  checkPositive({ seconds, bytes });
  const { compression, level, chunkBytes } = resolveWriterOptions(others);
  return { seconds, bytes, times, clock, compression, level, chunkBytes };
}
