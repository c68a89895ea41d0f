// MessageFrame: a reusable buffer that encodes one data message at a time. Also checks timestamps.

import type { EncodeInto, PayloadTarget } from "../../codecs/encode_into.ts";
import { copyBytes, kindOf } from "../../protocol/bytes.ts";
import type { SubscriptionId } from "../../protocol/ids.ts";
import { MESSAGE_DATA_HEADER_BYTES, writeMessageDataHeader } from "../../protocol/message_data.ts";
import { UINT64_MAX } from "../../protocol/wire_types.ts";
import type { FramePool, KeptFrame } from "./frame_pool.ts";

/** A larger buffer is freed after its message is sent, so that one huge message does not occupy memory for long. */
const MAX_KEPT_BYTES = 8 * 1024 * 1024;
const MIN_BYTES = 64 * 1024;

const UTF8 = new TextEncoder();

/**
 * An encoded data message. Its buffer is reused for the next message.
 *
 * Only the subscription id differs between clients, and `WebSocket.send()` copies before it returns. So the same frame
 * is patched and sent to each client, without an allocation per client or per message. A new buffer for each message
 * would halve the rate of messages of 64 KiB and more. A message that must be queued is copied once, and all clients
 * share the copy.
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

  /** How many bytes are allocated. */
  get capacity(): number {
    return this.#buffer.byteLength;
  }

  /** The whole frame, with the subscription id of the last `setSubscriptionId()`. Valid until the next `write()`. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  /** The payload without the header. Valid until the next `write()`. */
  get payload(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(MESSAGE_DATA_HEADER_BYTES);
  }

  /**
   * Writes a message, and returns the size of the frame in bytes. `setSubscriptionId()` must follow. The payload's
   * `byteLength` must be genuine: see `isTrueUint8Array()`.
   */
  write(timestamp: bigint, payload: Uint8Array | string): number {
    this.#timestamp = timestamp;
    this.#kept = undefined;
    let length: number;
    if (typeof payload === "string") {
      // UTF-8 takes at most three bytes for each UTF-16 unit.
      this.#reserve(MESSAGE_DATA_HEADER_BYTES + 3 * payload.length);
      length = UTF8.encodeInto(payload, this.#buffer.subarray(MESSAGE_DATA_HEADER_BYTES)).written;
    } else {
      length = payload.byteLength;
      this.#reserve(MESSAGE_DATA_HEADER_BYTES + length);
      copyBytes(payload, length, this.#buffer, MESSAGE_DATA_HEADER_BYTES);
    }
    this.#bytes = this.#buffer.subarray(0, MESSAGE_DATA_HEADER_BYTES + length);
    return MESSAGE_DATA_HEADER_BYTES + length;
  }

  /** Like {@linkcode write}, but `encodeInto` writes the payload, so that it is not copied. */
  encode<In>(timestamp: bigint, encodeInto: EncodeInto<In>, value: In): number {
    const target: PayloadTarget = { bytes: this.#buffer, length: MESSAGE_DATA_HEADER_BYTES };
    encodeInto(value, { timestamp }, target);
    this.#timestamp = timestamp;
    this.#kept = undefined;
    if (target.bytes !== this.#buffer) this.#use(target.bytes);
    this.#bytes = this.#buffer.subarray(0, target.length);
    return target.length;
  }

  /** Writes the header with this subscription id. */
  setSubscriptionId(subscriptionId: SubscriptionId): void {
    writeMessageDataHeader(this.#view, subscriptionId, this.#timestamp);
  }

  /** Returns a copy that outlives the next message. All callers share one copy, and each must release it. */
  keep(): KeptFrame {
    if (this.#kept?.isInUse) return this.#kept.keep();
    this.#kept = this.#pool.keep(this.#bytes, this.#timestamp);
    return this.#kept;
  }

  /**
   * Frees the buffer if it is too large to keep. Called when the message has been sent: `bytes` and `payload` are not
   * valid afterwards.
   */
  trim(): void {
    if (this.#buffer.byteLength <= MAX_KEPT_BYTES) return;
    this.#allocate(MIN_BYTES);
    this.#bytes = this.#buffer.subarray(0, MESSAGE_DATA_HEADER_BYTES);
    this.#kept = undefined;
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#buffer.byteLength) return;
    // A power of two limits how often the buffer grows. A buffer too large to keep gets exactly the size it needs.
    this.#allocate(bytes > MAX_KEPT_BYTES ? bytes : Math.max(MIN_BYTES, 2 ** Math.ceil(Math.log2(bytes))));
  }

  #allocate(size: number): void {
    this.#use(new Uint8Array(size));
  }

  #use(buffer: Uint8Array<ArrayBuffer>): void {
    this.#buffer = buffer;
    this.#view = new DataView(buffer.buffer);
  }
}

/**
 * Checks a message's timestamp.
 *
 * @throws {TypeError} When it is not a bigint: a number would have lost its last digits already.
 * @throws {RangeError} When it is not a uint64.
 */
export function checkTimestamp(timestamp: bigint): void {
  if (typeof timestamp !== "bigint") {
    throw new TypeError(`Cannot send a message: its timestamp is ${kindOf(timestamp)}, not a bigint of nanoseconds`);
  }
  if (timestamp < 0n || timestamp > UINT64_MAX) {
    throw new RangeError(`Cannot send a message: its timestamp is ${timestamp}, not a uint64`);
  }
}
