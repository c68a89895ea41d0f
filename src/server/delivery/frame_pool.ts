// FramePool: reusable buffers for messages that are queued or latched.

import { type Compress, CompressedOnce } from "./compressed_once.ts";
import { BufferPool } from "../../buffer_pool.ts";
import type { SubscriptionId } from "../../protocol/ids.ts";
import { MESSAGE_DATA_HEADER_BYTES, writeMessageDataHeader } from "../../protocol/message_data.ts";

/** How many bytes of unused buffers are kept for later messages. The garbage collector frees the rest. */
const MAX_IDLE_BYTES = 16 * 1024 * 1024;

/** A message's frame that outlives the call that sent it. All its users share it, such as queues and latches. */
export class KeptFrame {
  /** The whole frame, with the subscription id of the last `setSubscriptionId()` call. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly timestamp: bigint;
  readonly #buffer: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  readonly #pool: FramePool;
  #compressed: CompressedOnce | undefined;
  #users = 1;

  /** `compressed`: shared with the frame that this one was made of. */
  constructor(
    buffer: Uint8Array<ArrayBuffer>,
    length: number,
    timestamp: bigint,
    pool: FramePool,
    compressed?: CompressedOnce,
  ) {
    this.bytes = buffer.subarray(0, length);
    this.timestamp = timestamp;
    this.#buffer = buffer;
    this.#view = new DataView(buffer.buffer);
    this.#pool = pool;
    this.#compressed = compressed;
  }

  /** The payload, without the header. */
  get payload(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(MESSAGE_DATA_HEADER_BYTES);
  }

  /** Whether it still has a user. */
  get isInUse(): boolean {
    return this.#users > 0;
  }

  /** Adds a user, which must call `release()`. */
  keep(): KeptFrame {
    this.#users += 1;
    return this;
  }

  /** Removes a user. When the last one is removed, another message may overwrite the memory. */
  release(): void {
    this.#users -= 1;
    if (this.#users === 0) this.#pool.recycle(this.#buffer);
  }

  /** Returns the compressed payload: see `DataFrame`. */
  compressedPayload(compress: Compress): Uint8Array<ArrayBuffer> | undefined {
    this.#compressed ??= new CompressedOnce();
    return this.#compressed.get(this.payload, compress);
  }

  /** Addresses the frame to one client's subscription. */
  setSubscriptionId(subscriptionId: SubscriptionId): void {
    writeMessageDataHeader(this.#view, subscriptionId, this.timestamp);
  }
}

/** The buffers of messages. */
export class FramePool extends BufferPool {
  constructor() {
    super(MAX_IDLE_BYTES);
  }

  /** Copies a frame. The copy has one user, which must call `release()`. */
  keep(bytes: Uint8Array, timestamp: bigint, compressed?: CompressedOnce): KeptFrame {
    const buffer = this.take(bytes.byteLength);
    buffer.set(bytes);
    return new KeptFrame(buffer, bytes.byteLength, timestamp, this, compressed);
  }
}
