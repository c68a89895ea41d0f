// PieceReader: reads a stream of bytes piece by piece, and can be interrupted.

/** A stream of bytes. Its pieces must not change after they were yielded. */
export type ByteStream = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** The iterator of a stream. */
interface Pieces {
  next(): PromiseLike<IteratorResult<Uint8Array, unknown>> | IteratorResult<Uint8Array, unknown>;
  return?(): unknown;
}

/** Reads pieces until it is closed. */
export class PieceReader {
  readonly #pieces: Pieces;
  readonly #signal: AbortSignal | undefined;
  #isEnded = false;
  #isPending = false;

  /** @throws {TypeError} If `stream` is of another type, or is locked. */
  constructor(stream: ByteStream, signal: AbortSignal | undefined) {
    this.#pieces = piecesOf(stream);
    this.#signal = signal;
  }

  /**
   * Returns the next piece; `undefined` at the end.
   *
   * @throws {unknown} The reason of the signal, or the error of the stream.
   */
  async next(): Promise<Uint8Array | undefined> {
    if (this.#isEnded) return undefined;
    this.#signal?.throwIfAborted();
    this.#isPending = true;
    const result = await untilAborted(Promise.resolve(this.#pieces.next()), this.#signal);
    this.#isPending = false;
    if (result.done) {
      this.#isEnded = true;
      return undefined;
    }
    if (result.value instanceof Uint8Array) return result.value;
    throw new TypeError("Cannot read MCAP: the stream has a piece that is not a Uint8Array");
  }

  /** Cancels the stream, if it has not ended. */
  async close(): Promise<void> {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const closed = Promise.resolve(this.#pieces.return?.());
    // A generator returns only after its pending read, which may never end.
    if (this.#isPending) closed.catch(() => {});
    else await closed;
  }
}

function piecesOf(stream: ByteStream): Pieces {
  if (stream instanceof ReadableStream) return readerOf(stream);
  if (Symbol.asyncIterator in stream) return stream[Symbol.asyncIterator]();
  if (Symbol.iterator in stream && !ArrayBuffer.isView(stream)) return stream[Symbol.iterator]();
  throw new TypeError("Cannot read MCAP: pass a ReadableStream or an iterable of Uint8Array");
}

/** The iterator of a `ReadableStream` could not be interrupted, and older browsers lack it. */
function readerOf(stream: ReadableStream<Uint8Array>): Pieces {
  const reader = stream.getReader();
  return {
    next: () => reader.read() as Promise<IteratorResult<Uint8Array, unknown>>,
    async return() {
      await reader.cancel();
      reader.releaseLock();
    },
  };
}

/** Returns the result of a promise, or rejects when the signal aborts. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
