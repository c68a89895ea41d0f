// zstd of node:zlib, which Deno, Bun, and Node since version 22.15 have.

import * as zlib from "node:zlib";

/** The functions of `node:zlib` that are used. Older versions of Node lack them. */
export interface ZstdModule {
  /** Compresses. */
  readonly zstdCompressSync?: typeof zlib.zstdCompressSync;
  /** Decompresses. */
  readonly zstdDecompressSync?: typeof zlib.zstdDecompressSync;
}

/** Higher levels need several hundred MiB of memory. */
const MAX_LEVEL = 19;
/** The compressed data may claim any size. Only up to this one, memory for all of it is allocated at once. */
const MAX_TRUSTED_BYTES = 4 * 1024 * 1024;
/** Larger sizes are trusted if the data shrank at most to a part of this. */
const MAX_TRUSTED_RATIO = 64;
/** Smaller chunks are not allowed. */
const MIN_CHUNK_BYTES = 64;
/** Bun does not allow larger results. */
const MAX_OUTPUT_BYTES = 0xffff_ffff;

/**
 * Compresses the bytes. `level`: from 1, the fastest, to 19.
 *
 * @throws {RangeError} If the level is not such an integer.
 * @throws {TypeError} If the platform has no zstd.
 */
export function zstdCompress(bytes: Uint8Array, level: number, module: ZstdModule = zlib): Uint8Array {
  checkZstdLevel(level);
  const { zstdCompressSync } = requireZstd(module);
  return viewOf(zstdCompressSync(bytes, { params: { [zlib.constants.ZSTD_c_compressionLevel]: level } }));
}

/** Throws unless `level` is an integer from 1 to 19. */
export function checkZstdLevel(level: number): void {
  if (Number.isInteger(level) && level >= 1 && level <= MAX_LEVEL) return;
  throw new RangeError(`Cannot compress: the level is ${level}, not an integer from 1 to ${MAX_LEVEL}`);
}

/**
 * Decompresses the bytes. Of a stream that is cut, the result is the part that is there. `expectedBytes`: the size of
 * the result, if it is known, which makes it faster.
 *
 * @throws {Error} If the bytes are not zstd, or have more than `maxBytes` bytes of data.
 * @throws {TypeError} If the platform has no zstd.
 */
export function zstdDecompress(
  bytes: Uint8Array,
  expectedBytes: number | undefined,
  maxBytes: number,
  module: ZstdModule = zlib,
): Uint8Array {
  const { zstdDecompressSync } = requireZstd(module);
  if (bytes.length === 0) return new Uint8Array();
  const maxOutputLength = Math.min(Math.max(1, maxBytes), MAX_OUTPUT_BYTES);
  if (expectedBytes === undefined || expectedBytes > Math.max(MAX_TRUSTED_BYTES, bytes.length * MAX_TRUSTED_RATIO)) {
    return viewOf(zstdDecompressSync(bytes, { maxOutputLength }));
  }
  // With room for another byte, the result needs neither a second buffer nor a copy, which halves the time.
  const chunkSize = Math.max(MIN_CHUNK_BYTES, expectedBytes + 1);
  return viewOf(zstdDecompressSync(bytes, { maxOutputLength, chunkSize }));
}

/**
 * Returns the functions of the module.
 *
 * @throws {TypeError} If it lacks them.
 */
function requireZstd({ zstdCompressSync, zstdDecompressSync }: ZstdModule): Required<ZstdModule> {
  if (zstdCompressSync && zstdDecompressSync) return { zstdCompressSync, zstdDecompressSync };
  throw new TypeError("Cannot use zstd: node:zlib does not have it on this platform; Node has it since version 22.15");
}

/** Returns the bytes of a Buffer as a plain array. */
function viewOf(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
