// What a process of the write benchmark does and reports.

import type { DataSet } from "./data.ts";

/** What the process writes. */
export interface WritePlan extends DataSet {
  /** The writer. */
  readonly writer: "ours" | "npm";
  /** How chunks are compressed. */
  readonly compression: "none" | "zstd";
  /** The size of a chunk, in bytes. */
  readonly chunkBytes: number;
  /** The file, which must not exist. */
  readonly path: string;
}

/** What it measured. */
export interface WriteReport {
  /** From opening the file to closing it. */
  readonly seconds: number;
  /** How many messages were written. */
  readonly messages: number;
  /** The size of the file. */
  readonly fileBytes: number;
  /** The peak of the memory. `undefined` without /proc. */
  readonly peakBytes: number | undefined;
}
