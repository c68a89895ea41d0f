// ReceiverPlan and ReceiverReport: what a client of the benchmark is told to do, and what it says of it. Both travel as JSON.

/** Connect, subscribe, and count for a while. */
export interface ReceiverPlan {
  port: number;
  /** What every message must hold. */
  payloadBytes: number;
  warmUpMs: number;
  measureMs: number;
}

/** What came in the measuring time. */
export interface ReceiverReport {
  seconds: number;
  /** Of the client, all its threads. */
  cpuSeconds: number;
  messages: number;
}
