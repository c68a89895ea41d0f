// The smallest budget of a recording. A file of its own, because the command line checks it without loading the writer.

/** The least `maxTotalBytes`. Smaller files would have little besides their definitions and indexes. */
export const MIN_TOTAL_BYTES: number = 32 * 1024;
