// MessageFrame: a buffer in which data messages are put together one after the other, and copies of those that have to wait.

import { copyBytes } from "../protocol/bytes.ts";
import type { SubscriptionId } from "../protocol/ids.ts";
import { MESSAGE_DATA_HEADER_BYTES, writeMessageDataHeader } from "../protocol/message_data.ts";
import type { FramePool, KeptFrame } from "./frame_pool.ts";

/** A buffer that has grown beyond this is given back when its message is sent: one huge message must not cost its memory for long. */
const MAX_KEPT_BYTES = 8 * 1024 * 1024;
const MIN_BYTES = 64 * 1024;

const UINT64_MAX = 0xffff_ffff_ffff_ffffn;
const UTF8 = new TextEncoder();

/**
 * A data message in a buffer that is used again for the next one.
 *
 * Only the subscription id differs between clients, and `WebSocket.send()` copies before it returns: so one frame is patched and sent
 * to all, and neither the number of clients nor that of messages costs an allocation. A fresh buffer for each message halves the
 * rate at 64 KiB and above. Only a message that has to wait is copied, once for all who wait for it.
 */
export class MessageFrame {
  readonly #pool: FramePool;
  #buffer = new Uint8Array(MIN_BYTES);
  #view = new DataView(this.#buffer.buffer);
  #bytes = this.#buffer.subarray(0, MESSAGE_DATA_HEADER_BYTES);
  #timestamp = 0n;
  #kept: KeptFrame | undefined;

  constructor(pool: FramePool) {
    this.#pool = pool;
  }

  /** Bytes that are allocated. */
  get capacity(): number {
    return this.#buffer.byteLength;
  }

  /** The whole frame, addressed to whom it was last addressed. Valid until the next message is written. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  /** The message alone. Valid as long. */
  get payload(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(MESSAGE_DATA_HEADER_BYTES);
  }

  /** Puts in a message; to whom it goes is still to be said. The length of a payload must be true, see `isTrueUint8Array()`. */
  write(timestamp: bigint, payload: Uint8Array | string): void {
    this.#timestamp = timestamp;
    this.#kept = undefined;
    let length: number;
    if (typeof payload === "string") {
      // UTF-8 takes up to three bytes for each UTF-16 unit.
      this.#reserve(MESSAGE_DATA_HEADER_BYTES + 3 * payload.length);
      length = UTF8.encodeInto(payload, this.#buffer.subarray(MESSAGE_DATA_HEADER_BYTES)).written;
    } else {
      length = payload.byteLength;
      this.#reserve(MESSAGE_DATA_HEADER_BYTES + length);
      copyBytes(payload, length, this.#buffer, MESSAGE_DATA_HEADER_BYTES);
    }
    this.#bytes = this.#buffer.subarray(0, MESSAGE_DATA_HEADER_BYTES + length);
  }

  /** Addresses the frame to one client's subscription. */
  address(subscriptionId: SubscriptionId): void {
    writeMessageDataHeader(this.#view, subscriptionId, this.#timestamp);
  }

  /** A copy that outlives the next message; the same one for all who ask. Its user must release it. */
  keep(): KeptFrame {
    if (this.#kept?.inUse) return this.#kept.keep();
    this.#kept = this.#pool.keep(this.#bytes, this.#timestamp);
    return this.#kept;
  }

  /** The message is sent: gives back what a huge one took. `bytes` and `payload` may be empty after this. */
  trim(): void {
    if (this.#buffer.byteLength <= MAX_KEPT_BYTES) return;
    this.#allocate(MIN_BYTES);
    this.#bytes = this.#buffer.subarray(0, MESSAGE_DATA_HEADER_BYTES);
    this.#kept = undefined;
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#buffer.byteLength) return;
    // Doubling bounds how often it grows; past what is kept, exactly what is needed.
    this.#allocate(bytes > MAX_KEPT_BYTES ? bytes : Math.max(MIN_BYTES, 2 ** Math.ceil(Math.log2(bytes))));
  }

  #allocate(size: number): void {
    this.#buffer = new Uint8Array(size);
    this.#view = new DataView(this.#buffer.buffer);
  }
}

/**
 * Checks a message's timestamp.
 *
 * @throws {TypeError} When it is no bigint: as a number, it would have lost its last digits already.
 * @throws {RangeError} When it is no uint64.
 */
export function checkTimestamp(timestamp: bigint): void {
  if (typeof timestamp !== "bigint") {
    throw new TypeError(`Cannot send a message: its timestamp is a ${typeof timestamp}`);
  }
  if (timestamp < 0n || timestamp > UINT64_MAX) {
    throw new RangeError(`Cannot send a message: its timestamp is ${timestamp}, not within uint64`);
  }
}
