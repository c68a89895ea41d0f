// MeasuredFigures: what the server of memory_test.ts reports.

import type { ServerStats } from "../../mod.ts";

/** How much the server queues for each client, in bytes. */
export const QUEUE_BYTES: number = 4 * 1024 * 1024;

/** The figures of a server, after a garbage collection. */
export interface MeasuredFigures {
  /** The memory of JavaScript, including buffers. */
  usedBytes: number;
  rssBytes: number;
  clients: number;
  queuedBytes: number;
  disconnections: ServerStats["disconnections"];
}
