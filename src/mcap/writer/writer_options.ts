// McapWriterOptions, their defaults and their checks.

import { kindOf } from "../../protocol/bytes.ts";
import type { CompressionMethod } from "../compression/compress.ts";
import { zstdCompress } from "../compression/zstd.ts";

/** Options of `McapWriter.open()`. */
export interface McapWriterOptions {
  /**
   * The profile that the file conforms to, such as `ros2`.
   *
   * @default {""} none
   */
  readonly profile?: string;
  /**
   * The program that writes the file.
   *
   * @default {"foxglove-ws"}
   */
  readonly library?: string;
  /**
   * How chunks are compressed. A chunk that shrinks by less than 3 percent, for example one of JPEG images, is stored
   * without compression. `"zstd"` requires Node 22.15 or newer, or Deno, or Bun.
   *
   * @default {"zstd"}
   */
  readonly compression?: CompressionMethod;
  /**
   * The level of zstd, from 1, the fastest, to 19. Higher levels cost much time, and for small messages they often save
   * nothing.
   *
   * @default {1}
   */
  readonly level?: number;
  /**
   * The size of a chunk in bytes, before compression. Compressing 256 KiB blocks the event loop for about a
   * millisecond. Tools may use 1 MiB, which makes the index smaller. A larger message gets a chunk of its own.
   *
   * @default {262_144} 256 KiB
   */
  readonly chunkBytes?: number;
  /**
   * How many bytes may wait for the sink. While more wait, `write()` drops messages. The writer uses up to one chunk
   * more than this, and room for the largest message.
   *
   * @default {67_108_864} 64 MiB
   */
  readonly maxPendingBytes?: number;
  /**
   * Compresses the records of a chunk with zstd elsewhere, for example in a Worker. It is called as soon as a chunk is
   * full, before earlier calls have resolved; the order of chunks is kept. The bytes are lent until the promise
   * resolves, and their buffer may be transferred. A promise that never settles blocks the file. Requires
   * `compression` to be `"zstd"`, and ignores `level`.
   *
   * @default {undefined} compresses in the calling thread
   */
  readonly compress?: (records: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;
  /**
   * Replaces a file that exists. Only for paths.
   *
   * @default {false} rejects
   */
  readonly overwrite?: boolean;
  /**
   * Writes a file in the calling thread. It is faster, but a slow disk blocks the program. Only for paths.
   *
   * @default {false}
   */
  readonly synchronous?: boolean;
  /** Called once if the sink, or `compress`, fails. The file is incomplete then. */
  readonly onError?: (error: unknown) => void;
}

/** Options with their defaults. */
export interface ResolvedWriterOptions extends Required<Omit<McapWriterOptions, "compress" | "onError">> {
  /** See {@linkcode McapWriterOptions.compress}. */
  readonly compress: McapWriterOptions["compress"];
  /** See {@linkcode McapWriterOptions.onError}. */
  readonly onError: McapWriterOptions["onError"];
}

/** See {@linkcode McapWriterOptions.chunkBytes}. */
export const DEFAULT_CHUNK_BYTES: number = 256 * 1024;
/** See {@linkcode McapWriterOptions.maxPendingBytes}. */
export const DEFAULT_MAX_PENDING_BYTES: number = 64 * 1024 * 1024;
/** The largest size that every platform can allocate and compress. */
const MAX_CHUNK_BYTES = 0x4000_0000;

/**
 * Checks the options and adds the defaults.
 *
 * @throws {TypeError | RangeError} If one is invalid, or if the platform lacks zstd.
 */
export function resolveWriterOptions({
  profile = "",
  library = "foxglove-ws",
  compression = "zstd",
  level = 1,
  chunkBytes = DEFAULT_CHUNK_BYTES,
  maxPendingBytes = DEFAULT_MAX_PENDING_BYTES,
  compress,
  overwrite = false,
  synchronous = false,
  onError,
}: McapWriterOptions): ResolvedWriterOptions {
  for (const [name, value] of Object.entries({ profile, library })) {
    if (typeof value !== "string") throw new TypeError(`Cannot write MCAP: ${name} is ${kindOf(value)}, not a string`);
  }
  if (compression !== "none" && compression !== "zstd") {
    throw new TypeError(`Cannot write MCAP: the compression is ${JSON.stringify(compression)}, not "none" or "zstd"`);
  }
  if (compress !== undefined && (typeof compress !== "function" || compression !== "zstd")) {
    throw new TypeError("Cannot write MCAP: compress must be a function, and requires zstd");
  }
  checkBytes("chunkBytes", chunkBytes, MAX_CHUNK_BYTES);
  checkBytes("maxPendingBytes", maxPendingBytes, Infinity);
  // Throws now instead of at the first chunk if the level is invalid, or if the platform lacks zstd.
  if (compression === "zstd" && compress === undefined) zstdCompress(new Uint8Array(), level);
  return {
    profile,
    library,
    compression,
    level,
    chunkBytes,
    maxPendingBytes,
    compress,
    overwrite,
    synchronous,
    onError,
  };
}

function checkBytes(name: string, value: number, max: number): void {
  if (typeof value === "number" && value >= 1 && value <= max) return;
  const range = max === Infinity ? "at least 1" : `from 1 to ${max}`;
  throw new RangeError(`Cannot write MCAP: ${name} is ${value}, not a number ${range}`);
}
