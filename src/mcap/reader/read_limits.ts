// McapReadLimits: what McapReader and readMcap() have in common.

/** Options of `McapReader.open()` and `readMcap()`. */
export interface McapReadLimits {
  /**
   * The maximum size of a record in memory, and of a decompressed chunk, in bytes. A damaged or hostile file may claim
   * any size.
   *
   * @default {536_870_912} 512 MiB
   */
  readonly maxRecordBytes?: number;
  /**
   * Whether checksums are verified, where the file has them. It costs little.
   *
   * @default {true}
   */
  readonly validateCrcs?: boolean;
}

/** Checked options. */
export interface ReadLimits {
  readonly maxRecordBytes: number;
  readonly validateCrcs: boolean;
}

const MIN_RECORD_BYTES = 1024;

/**
 * Checks options.
 *
 * @throws {RangeError} If the maximum is not an integer of at least 1024.
 */
export function resolveReadLimits(
  { maxRecordBytes = 512 * 1024 * 1024, validateCrcs = true }: McapReadLimits,
): ReadLimits {
  if (Number.isSafeInteger(maxRecordBytes) && maxRecordBytes >= MIN_RECORD_BYTES) {
    return { maxRecordBytes, validateCrcs };
  }
  throw new RangeError(
    `Cannot read MCAP: maxRecordBytes is ${maxRecordBytes}, not an integer of at least ${MIN_RECORD_BYTES}`,
  );
}
