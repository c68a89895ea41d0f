// FramePool: memory for messages that have to wait, used again and again.

import type { SubscriptionId } from "../protocol/ids.ts";
import { MESSAGE_DATA_HEADER_BYTES, writeMessageDataHeader } from "../protocol/message_data.ts";

/** Unused memory that is kept for the next message. What is beyond it goes back to the garbage collector. */
const MAX_IDLE_BYTES = 16 * 1024 * 1024;
const MIN_BUFFER_BYTES = 1024;

/** A copy of a message's frame, shared by all who wait for it. */
export class KeptFrame {
  /** The frame, addressed to whom it was last addressed. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly timestamp: bigint;
  readonly #buffer: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  readonly #pool: FramePool;
  #users = 1;

  constructor(buffer: Uint8Array<ArrayBuffer>, length: number, timestamp: bigint, pool: FramePool) {
    this.bytes = buffer.subarray(0, length);
    this.timestamp = timestamp;
    this.#buffer = buffer;
    this.#view = new DataView(buffer.buffer);
    this.#pool = pool;
  }

  /** The message alone. */
  get payload(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(MESSAGE_DATA_HEADER_BYTES);
  }

  /** Whether anybody still needs it. */
  get inUse(): boolean {
    return this.#users > 0;
  }

  /** One more needs it, and must release it. */
  keep(): KeptFrame {
    this.#users += 1;
    return this;
  }

  /** One needs it no longer. After the last one, its memory holds another message. */
  release(): void {
    this.#users -= 1;
    if (this.#users === 0) this.#pool.recycle(this.#buffer);
  }

  /** Addresses the frame to one client's subscription. */
  address(subscriptionId: SubscriptionId): void {
    writeMessageDataHeader(this.#view, subscriptionId, this.timestamp);
  }
}

/** Buffers by size, in powers of two: zeroing a fresh one costs more than filling it. */
export class FramePool {
  readonly #idle = new Map<number, Uint8Array<ArrayBuffer>[]>();
  #idleBytes = 0;

  /** Copies a frame; the copy has one user. */
  keep(bytes: Uint8Array, timestamp: bigint): KeptFrame {
    const size = Math.max(MIN_BUFFER_BYTES, 2 ** Math.ceil(Math.log2(bytes.byteLength)));
    let buffer = this.#idle.get(size)?.pop();
    if (buffer) {
      this.#idleBytes -= size;
    } else {
      buffer = new Uint8Array(size);
    }
    buffer.set(bytes);
    return new KeptFrame(buffer, bytes.byteLength, timestamp, this);
  }

  /** Takes back a buffer that nobody needs. */
  recycle(buffer: Uint8Array<ArrayBuffer>): void {
    const size = buffer.byteLength;
    if (this.#idleBytes + size > MAX_IDLE_BYTES) return;
    this.#idleBytes += size;
    const buffers = this.#idle.get(size);
    if (buffers) {
      buffers.push(buffer);
    } else {
      this.#idle.set(size, [buffer]);
    }
  }
}
