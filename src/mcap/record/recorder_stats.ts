// McapRecorderStats: counters of a recorder.

/** Counts of one topic. */
export interface RecordedTopicStats {
  /** How many messages were recorded. */
  readonly messages: number;
  /** The size of their payloads, in bytes. */
  readonly bytes: number;
  /** How many messages were dropped. */
  readonly drops: number;
}

/** What a recorder has done so far. */
export interface McapRecorderStats {
  /**
   * How many messages were recorded, also those of removed files. Copies of latched messages in later files are not
   * counted.
   */
  readonly messages: number;
  /** The size of their payloads, in bytes. */
  readonly messageBytes: number;
  /**
   * How many messages were dropped, because the disk is too slow, because a file could not be written, or because a
   * channel could not be recorded.
   */
  readonly drops: number;
  /** The size of the files that exist, in bytes, as far as it was written. */
  readonly fileBytes: number;
  /** How many bytes wait for the disk. */
  readonly pendingBytes: number;
  /** How many files were begun. */
  readonly files: number;
  /** How many of them were removed because of `maxTotalBytes`. */
  readonly removedFiles: number;
  /** How many of the messages were in removed files. The others are in the files that exist. */
  readonly removedMessages: number;
  /** The counts of each topic, also of those that no longer exist. */
  readonly topics: ReadonlyMap<string, RecordedTopicStats>;
}
