// Pacing: publishes as fast as the clients read, or at a fixed rate.

/** Publishes messages, and reports the queue. */
export interface Producer {
  /** Messages per second; 0: as fast as the clients read. */
  rateHz: number;
  /**
   * Publishes a message to all clients. The stamp is the time at a fixed rate, in ns since the Unix epoch, otherwise
   * the sequence number.
   */
  publish(stamp: bigint): void;
  /** The queued bytes of the slowest client, or `undefined` without subscribers. Called once for each slice of time. */
  queuedBytes(): number | undefined;
  /** The size of a message for one client. */
  frameBytes: number;
  /** The maximum of messages in one turn of the event loop, unless there is a rate. Default: no limit. */
  perTurn?: number | undefined;
  /** Whether the stamp is the time also without a rate. Default: no. */
  stampsTime?: boolean | undefined;
  /** `setImmediate`. */
  nextTurn(callback: () => void): void;
}

/** Publishes endlessly, at the rate or as fast as the clients read. */
export function pace(producer: Producer): void;

/** Returns the time in ns since the Unix epoch, with the resolution of the monotonic clock. */
export function epochNs(): bigint;
