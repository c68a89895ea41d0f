// MessageFrame: one buffer in which every data message is put together.

import type { SubscriptionId } from "../protocol/ids.ts";
import { MESSAGE_DATA_HEADER_BYTES, writeMessageDataHeader } from "../protocol/message_data.ts";

/** A buffer grown beyond this is not kept, so that one huge message does not cost its memory for ever. */
const MAX_KEPT_BYTES = 8 * 1024 * 1024;
const MIN_BYTES = 64 * 1024;

const UINT64_MAX = 0xffff_ffff_ffff_ffffn;
const UTF8 = new TextEncoder();

/**
 * A data message in a buffer that is used again for the next one.
 *
 * Only the subscription id differs between clients, and `WebSocket.send()` copies before it returns: so one frame is patched and sent
 * to all, and neither the number of clients nor that of messages costs an allocation. A fresh buffer for each message halves the
 * rate at 64 KiB and above.
 */
export class MessageFrame {
  #bytes = new Uint8Array(MIN_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #timestamp = 0n;

  /** Puts in a message. The frame is valid until the next one; its subscription id is still to be set. */
  write(timestamp: bigint, payload: Uint8Array | string): Uint8Array<ArrayBuffer> {
    this.#timestamp = timestamp;
    if (typeof payload === "string") {
      // UTF-8 takes up to three bytes for each UTF-16 unit.
      this.#reserve(MESSAGE_DATA_HEADER_BYTES + 3 * payload.length);
      const { written } = UTF8.encodeInto(payload, this.#bytes.subarray(MESSAGE_DATA_HEADER_BYTES));
      return this.#bytes.subarray(0, MESSAGE_DATA_HEADER_BYTES + written);
    }
    this.#reserve(MESSAGE_DATA_HEADER_BYTES + payload.byteLength);
    this.#bytes.set(payload, MESSAGE_DATA_HEADER_BYTES);
    return this.#bytes.subarray(0, MESSAGE_DATA_HEADER_BYTES + payload.byteLength);
  }

  /** Addresses the frame to one client's subscription. */
  address(subscriptionId: SubscriptionId): void {
    writeMessageDataHeader(this.#view, subscriptionId, this.#timestamp);
  }

  #reserve(bytes: number): void {
    const kept = this.#bytes.byteLength;
    if (bytes <= kept && kept <= MAX_KEPT_BYTES) return;
    // Doubling bounds how often it grows; past what is kept, exactly what is needed.
    const size = bytes > MAX_KEPT_BYTES ? bytes : Math.max(MIN_BYTES, 2 ** Math.ceil(Math.log2(bytes)));
    this.#bytes = new Uint8Array(size);
    this.#view = new DataView(this.#bytes.buffer);
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
