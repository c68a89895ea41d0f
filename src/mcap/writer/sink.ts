// McapSink: where the bytes of a file go.

/**
 * Takes the bytes of a file. The writer calls one method at a time: it waits until the promise of the call before has
 * resolved. If a method throws or rejects, the writer fails.
 */
export interface McapSink {
  /**
   * Appends all bytes, which belong to the sink from then on. If a promise resolves to a number, as that of a
   * `Deno.FsFile` does, the number must be the number of bytes.
   */
  write(bytes: Uint8Array<ArrayBuffer>): void | Promise<unknown>;
  /** Hands over what the sink has buffered. `flush()` of the writer calls it. */
  flush?(): void | Promise<void>;
  /** Waits until all bytes are on the disk. `flush()` of the writer calls it after `flush()` of the sink. */
  sync?(): void | Promise<void>;
  /**
   * Releases the sink. The writer calls it once, also after an error, because a file must not stay open. If it would
   * make an incomplete file look complete, leave it out, and end the target when `close()` of the writer has resolved.
   */
  close?(): void | Promise<void>;
}

/** A sink that the writer uses. */
export interface OpenSink {
  /**
   * Whether the sink has done with the bytes of `write()` when it returns, or when its promise resolves. Otherwise they
   * are its own.
   */
  readonly returnsBytes: boolean;
  /** Appends bytes. */
  write(bytes: Uint8Array<ArrayBuffer>): void | Promise<void>;
  /** Waits until a crash cannot lose the bytes, as far as the sink can. */
  flush(): void | Promise<void>;
  /** Ends the file. */
  close(): void | Promise<void>;
  /** Ends the file after an error. */
  abort(error: unknown): void | Promise<void>;
}
