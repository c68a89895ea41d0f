// McapWriterStats: counters of a writer.

/** What a writer has done so far. */
export interface McapWriterStats {
  /** How many messages were written. */
  readonly messages: number;
  /** The size of their data, in bytes. */
  readonly messageBytes: number;
  /** How many messages were dropped: `write()` returned `false`. */
  readonly drops: number;
  /** How many chunks the sink has got. */
  readonly chunks: number;
  /** How many bytes the sink has taken. */
  readonly fileBytes: number;
  /** How many messages are in the chunks that the sink has taken. */
  readonly fileMessages: number;
  /** How many bytes wait for the sink. */
  readonly pendingBytes: number;
}
