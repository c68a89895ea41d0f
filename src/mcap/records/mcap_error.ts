// McapError: the error for files that are not valid MCAP.

/** An MCAP file is broken: it is cut, damaged, or not an MCAP file. */
export class McapError extends Error {
  /** Distinguishes it from other errors where `instanceof` cannot, for example if the module is loaded twice. */
  override readonly name = "McapError";
  /** Where the fault is, in bytes from the start of the file. For a fault inside a chunk, where the chunk begins. */
  readonly offset: number;
  /** What the format requires there. */
  readonly expected: string;
  /** What the file has instead. */
  readonly found: string;

  /** Reading creates these errors. The texts complete "expected …, found …". */
  constructor(expected: string, found: string, offset: number, options?: ErrorOptions) {
    super(textOf(expected, found, `byte ${offset}`), options);
    this.offset = offset;
    this.expected = expected;
    this.found = found;
  }

  /**
   * Returns the error for a fault inside a chunk. The offset of `error` is within the records of the chunk, after
   * decompression. The offset of the result is `chunkOffset`, where the chunk begins in the file.
   */
  static inChunk(error: McapError, chunkOffset: number): McapError {
    const { expected, found, offset } = error;
    const result = new McapError(expected, found, chunkOffset, { cause: error });
    result.message = textOf(expected, found, `byte ${offset} in the chunk at byte ${chunkOffset}`);
    return result;
  }
}

/** Returns the result of `run`, or `undefined` if it throws an {@linkcode McapError}. */
export function withoutMcapError<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof McapError) return undefined;
    throw error;
  }
}

function textOf(expected: string, found: string, place: string): string {
  return `Cannot read the MCAP file: expected ${expected}, found ${found} at ${place}`;
}
