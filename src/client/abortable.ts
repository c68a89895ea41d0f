// abortable(): a promise that a signal rejects.

/** The functions that settle a promise of {@linkcode abortable}. Each stops listening to the signal. */
export interface Settle<T> {
  resolve(value: T | PromiseLike<T>): void;
  reject(error: unknown): void;
  /** Stops listening to the signal. */
  stopListening(): void;
}

/**
 * Returns a promise that the functions passed to `start` settle. If the signal aborts before that, the promise rejects
 * with its reason, and `onAbort` is called.
 */
export function abortable<T>(
  signal: AbortSignal | undefined,
  start: (settle: Settle<T>) => void,
  onAbort: () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal?.reason);
      onAbort();
    };
    const stopListening = () => signal?.removeEventListener("abort", abort);
    signal?.addEventListener("abort", abort, { once: true });
    start({
      resolve: (value) => (stopListening(), resolve(value)),
      reject: (error) => (stopListening(), reject(error)),
      stopListening,
    });
  });
}
