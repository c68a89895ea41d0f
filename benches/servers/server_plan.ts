// ServerPlan: the messages that a benchmark server publishes. It is the only argument, as JSON.

/** The messages on the only channel of each server. */
export interface ServerPlan {
  payloadBytes: number;
  /** Messages per second, stamped with the time; 0: as fast as the clients read, stamped with the sequence number. */
  rateHz: number;
  /** For a server that cannot see its own queue: the file with the progress of its clients. */
  progressFile?: string;
}
