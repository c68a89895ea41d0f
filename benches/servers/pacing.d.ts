// Pacing: publishes as fast as the clients take it, or at a rate.

/** How to publish, and how to see what waits. */
export interface Producer {
  /** Publishes the message of this number to all clients. */
  publish(sequence: number): void;
  /** What waits for the slowest client; `undefined` while nobody is subscribed. Asked once for each slice of time. */
  queuedBytes(): number | undefined;
  /** What one message takes for one client. */
  frameBytes: number;
  /** `setImmediate`. */
  nextTurn(callback: () => void): void;
}

/** Publishes for ever, without outrunning the clients. */
export function saturate(producer: Producer): void;

/** Publishes at a rate for ever; what is published is given the time, in ns since the Unix epoch. */
export function publishAtRate(rateHz: number, publish: (timestamp: bigint) => void): void;
