// MessageFrame: a reusable buffer that encodes one data message at a time. Also checks timestamps.

import type { EncodeInto, PayloadTarget } from "../../codecs/encode_into.ts";
import { copyBytes, kindOf } from "../../protocol/bytes.ts";
import type { SubscriptionId } from "../../protocol/ids.ts";
import { MESSAGE_DATA_HEADER_BYTES, writeMessageDataHeader } from "../../protocol/message_data.ts";
import { UINT64_MAX } from "../../protocol/int64_limits.ts";
import { type Compress, CompressedOnce } from "./compressed_once.ts";
import { type FramePool, KeptFrame } from "./frame_pool.ts";

/** A larger buffer is freed after its message is sent, so that one huge message does not occupy memory for long. */
const MAX_REUSED_BYTES = 8 * 1024 * 1024;
const MIN_BYTES = 64 * 1024;
/** A message of at least this size is kept without a copy. Copying a smaller one is cheaper than another buffer. */
const MIN_SHARED_BYTES = 16 * 1024;
/** A buffer that is this many times as large as its message is not used to keep it. */
const MAX_WASTE = 4;

const EMPTY = new Uint8Array(0);
const UTF8 = new TextEncoder();

/**
 * An encoded data message. Its buffer is reused for the next message.
 *
 * Only the subscription id differs between clients, and `WebSocket.send()` copies before it returns. So the same frame
 * is patched and sent to each client, without an allocation per client or per message. A new buffer for each message
 * would halve the rate of messages of 64 KiB and more. If a message must be kept, all clients share a small copy, or
 * the buffer of a large message. The next message then gets another buffer.
 */
export class MessageFrame {
  readonly #pool: FramePool;
  #buffer: Uint8Array<ArrayBuffer> = EMPTY;
  #view = new DataView(EMPTY.buffer);
  #bytes: Uint8Array<ArrayBuffer> = EMPTY;
  #timestamp = 0n;
  #kept: KeptFrame | undefined;
  #compressed: CompressedOnce | undefined;
  /** Whether `#kept` has this frame's own buffer, and counts this frame as a user. */
  #isShared = false;
  /** The size of the last message. The next one probably has a similar size. */
  #lastSize = 0;

  constructor(pool: FramePool) {
    this.#pool = pool;
  }

  /** How many bytes are allocated. */
  get capacity(): number {
    return this.#buffer.byteLength;
  }

  get timestamp(): bigint {
    return this.#timestamp;
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
    return this.#complete(timestamp, MESSAGE_DATA_HEADER_BYTES + length);
  }

  /** Like {@linkcode write}, but `encodeInto` writes the payload, so that it is not copied. */
  encode<In>(timestamp: bigint, encodeInto: EncodeInto<In>, value: In): number {
    this.#reserve(this.#lastSize);
    const target: PayloadTarget = { bytes: this.#buffer, length: MESSAGE_DATA_HEADER_BYTES };
    encodeInto(value, { timestamp }, target);
    if (target.bytes !== this.#buffer) this.#use(target.bytes);
    return this.#complete(timestamp, target.length);
  }

  /** Writes the header with this subscription id. */
  setSubscriptionId(subscriptionId: SubscriptionId): void {
    writeMessageDataHeader(this.#view, subscriptionId, this.#timestamp);
  }

  /** Returns a frame that outlives the next message. All callers share it, and each must release it. */
  keep(): KeptFrame {
    if (this.#kept?.isInUse) return this.#kept.keep();
    const { byteLength } = this.#bytes;
    if (byteLength < MIN_SHARED_BYTES || byteLength * MAX_WASTE < this.#buffer.byteLength) {
      return this.#kept = this.#pool.keep(this.#bytes, this.#timestamp, this.#compressed);
    }
    this.#isShared = true;
    this.#kept = new KeptFrame(this.#buffer, byteLength, this.#timestamp, this.#pool, this.#compressed);
    return this.#kept.keep();
  }

  /** Returns the compressed payload: see `DataFrame`. */
  compressedPayload(compress: Compress): Uint8Array<ArrayBuffer> | undefined {
    if (this.#kept?.isInUse) return this.#kept.compressedPayload(compress);
    this.#compressed ??= new CompressedOnce();
    return this.#compressed.get(this.payload, compress);
  }

  /**
   * Gives up the buffer if it is shared or too large to keep. Called when the message has been sent: `bytes` and
   * `payload` are not valid afterwards.
   */
  trim(): void {
    if (!this.#isShared && this.#buffer.byteLength <= MAX_REUSED_BYTES) return;
    this.#giveUpBuffer();
  }

  /** Must be called when the buffer has the whole message. Returns the size of the frame in bytes. */
  #complete(timestamp: bigint, size: number): number {
    this.#timestamp = timestamp;
    this.#kept = undefined;
    this.#compressed = undefined;
    this.#bytes = this.#buffer.subarray(0, size);
    this.#lastSize = size;
    return size;
  }

  /** Provides a buffer of at least `bytes` that nothing else uses, and that is not much larger than a large message. */
  #reserve(bytes: number): void {
    if (this.#isShared) this.#giveUpBuffer();
    const { byteLength } = this.#buffer;
    const isWasteful = bytes >= MIN_SHARED_BYTES && bytes * MAX_WASTE < byteLength;
    if (bytes <= byteLength && byteLength > 0 && !isWasteful) return;
    if (byteLength > 0) this.#giveUpBuffer();
    // A buffer too large to be reused gets exactly the size it needs.
    this.#use(bytes > MAX_REUSED_BYTES ? new Uint8Array(bytes) : this.#pool.take(Math.max(MIN_BYTES, bytes)));
  }

  #giveUpBuffer(): void {
    if (this.#isShared) {
      this.#kept?.release();
    } else {
      this.#pool.recycle(this.#buffer);
    }
    this.#isShared = false;
    this.#kept = undefined;
    this.#bytes = EMPTY;
    this.#use(EMPTY);
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
