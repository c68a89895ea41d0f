// The plan and the report of a client of the benchmark. Both are sent as JSON.

/** Connect, subscribe, and count for a while. */
export interface ReceiverPlan {
  port: number;
  /** The required payload size. */
  payloadBytes: number;
  warmUpMs: number;
  measureMs: number;
}

/** The messages in the measured time. */
export interface ReceiverReport {
  seconds: number;
  /** CPU time of the client, all threads. */
  cpuSeconds: number;
  messages: number;
}
