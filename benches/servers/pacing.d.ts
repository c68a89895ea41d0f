// Pacing: publishes as fast as the clients take it, or at a rate.

/** How to publish, and how to see what waits. */
export interface Producer {
  /** Messages a second; 0: as many as the clients take. */
  rateHz: number;
  /** Publishes a message to all clients. In the place of its timestamp: at a rate the time, in ns since the Unix epoch, else its number. */
  publish(stamp: bigint): void;
  /** What waits for the slowest client; `undefined` while nobody is subscribed. Asked once for each slice of time. */
  queuedBytes(): number | undefined;
  /** What one message takes for one client. */
  frameBytes: number;
  /** `setImmediate`. */
  nextTurn(callback: () => void): void;
}

/** Publishes for ever: at the rate, or without outrunning the clients. */
export function pace(producer: Producer): void;
