// CompressedOnce: the compressed payload of one message, for all clients.

/** Compresses a payload, or returns `undefined` if it is sent as it is. */
export type Compress = (payload: Uint8Array) => Uint8Array<ArrayBuffer> | undefined;

/** Remembers the result of the first compression. */
export class CompressedOnce {
  #isDone = false;
  #result: Uint8Array<ArrayBuffer> | undefined;

  /** Returns the compressed payload. Calls `compress` only the first time. The bytes must not be changed. */
  get(payload: Uint8Array, compress: Compress): Uint8Array<ArrayBuffer> | undefined {
    if (!this.#isDone) this.#result = compress(payload);
    this.#isDone = true;
    return this.#result;
  }
}
