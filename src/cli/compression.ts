// compressionOf(): the value of --compression.

import type { CompressionMethod } from "../mcap/compression/compress.ts";
import { usageError } from "./failure.ts";

/**
 * Returns how chunks of a new file are compressed.
 *
 * @throws {Failure} If the text is not a method.
 */
export function compressionOf(text = "zstd"): CompressionMethod {
  if (text === "zstd" || text === "none") return text;
  throw usageError(`--compression must be zstd or none, not "${text}"`);
}
