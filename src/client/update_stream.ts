// UpdateStream: the interface with which applications loop over what a server sends.

/**
 * Items to loop over as they arrive: `for await (const update of updates)`.
 *
 * Use one loop at a time. Items are queued from the beginning, also before the loop starts. When the queue is full, the
 * oldest item is dropped. Leaving the loop closes the object, like {@linkcode UpdateStream.close} and `await using`.
 */
export interface UpdateStream<T> extends AsyncIterableIterator<T, undefined, undefined>, AsyncDisposable {
  /** How many items were dropped so far because the loop was too slow. */
  readonly dropped: number;
  /** How many items are queued for the loop. */
  readonly queued: number;
  /**
   * Returns the next item, or `done` after this object or the client was closed. Items that were queued before the
   * client was closed come first. After an abort it rejects once with the signal's reason. If the connection is lost
   * and the client does not reconnect, it rejects once with that error.
   */
  next(): Promise<IteratorResult<T, undefined>>;
  /** Stops the updates and drops all queued items. */
  close(): void;
}
