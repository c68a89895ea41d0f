// What a process of the read benchmark does and reports.

/**
 * How a file is read. `iterator` and `batches` use the index, `stream` reads from the start to the end. `floor` does
 * only what every reader must do.
 */
export type ReadMethod = "iterator" | "batches" | "stream" | "npm indexed" | "npm stream" | "floor";

/** What the process reads. */
export interface ReadPlan {
  /** How. */
  readonly method: ReadMethod;
  /** The file. */
  readonly path: string;
}

/** What it measured. */
export interface ReadReport {
  /** From opening the file to closing it. */
  readonly seconds: number;
  /** How many messages were read. */
  readonly messages: number;
  /** The size of their data, in bytes. */
  readonly messageBytes: number;
  /** The peak of the memory. `undefined` without /proc. */
  readonly peakBytes: number | undefined;
}
