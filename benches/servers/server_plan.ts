// ServerPlan: what a server of the benchmark is told to publish. It travels as JSON, as the one argument.

/** The one channel of every server. */
export interface ServerPlan {
  payloadBytes: number;
  /** Messages per second, stamped with the time; 0: as many as the clients take, stamped with their number. */
  rateHz: number;
  /** Of a server that cannot see its own queue, the file in which its clients say how far they are. */
  progressFile?: string;
}
