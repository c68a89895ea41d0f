// Compressor: permessage-deflate (RFC 7692). Compresses a message once for all clients.

import type { ChannelSource, DataFrame } from "../delivery/outbox.ts";
import type { InflateResult } from "../../websocket/frame_reader_options.ts";
import type { ZlibModule } from "./node_platform.ts";

/** The options of `compression`. */
export interface CompressionOptions {
  /**
   * Smaller messages are not compressed: their payload in bytes.
   *
   * @default {1024}
   */
  minBytes?: number;
  /**
   * The level of zlib, from 1 (fast) to 9 (small).
   *
   * @default {6}
   */
  level?: number;
}

/** The last bytes of each flush. Messages lack them: RFC 7692, section 7.2.1. */
const TAIL = Uint8Array.of(0, 0, 0xff, 0xff);

/** Compresses the messages of a server, and decompresses those of its clients. */
export class Compressor {
  readonly #zlib: ZlibModule;
  readonly #minBytes: number;
  readonly #level: number;

  constructor(zlib: ZlibModule, { minBytes, level }: Required<CompressionOptions>) {
    this.#zlib = zlib;
    this.#minBytes = minBytes;
    this.#level = level;
  }

  /** Returns the compressed payload of a message, or `undefined` if it must be sent as it is. */
  payloadOf(message: DataFrame, { policy, compression }: ChannelSource): Uint8Array<ArrayBuffer> | undefined {
    if (!policy.compress || message.bytes.byteLength < this.#minBytes) return undefined;
    return message.compressedPayload((payload) => compression.compress(payload, (bytes) => this.#deflate(bytes)));
  }

  /** Decompresses a message of a client. `compressed` lacks its last bytes, and is not used afterwards. */
  readonly inflate = (compressed: Uint8Array<ArrayBuffer>, maxBytes: number): InflateResult => {
    const stream = new Uint8Array(compressed.length + TAIL.length);
    stream.set(compressed);
    stream.set(TAIL, compressed.length);
    try {
      const finishFlush = this.#zlib.constants.Z_SYNC_FLUSH;
      const bytes = this.#zlib.inflateRawSync(stream, { maxOutputLength: maxBytes, finishFlush });
      // Not a Buffer, whose slice() does not copy.
      return { type: "data", bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
    } catch (error) {
      const isTooLarge = error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
      return { type: isTooLarge ? "tooLarge" : "invalid" };
    }
  };

  #deflate(payload: Uint8Array): Uint8Array<ArrayBuffer> {
    const finishFlush = this.#zlib.constants.Z_SYNC_FLUSH;
    const stream = this.#zlib.deflateRawSync(payload, { level: this.#level, finishFlush });
    return stream.subarray(0, stream.length - TAIL.length);
  }
}

/** The longest head. */
const MAX_HEAD_BYTES = 32;
/** The header of a DEFLATE block without compression (RFC 1951, section 3.2.4). */
const STORED_BLOCK_HEADER_BYTES = 5;

const head = new Uint8Array(STORED_BLOCK_HEADER_BYTES + MAX_HEAD_BYTES);

/**
 * Returns at most 32 bytes as a DEFLATE block without compression. Other blocks may follow: so the part of a message
 * that differs between clients precedes blocks that all clients share. The result is valid until the next call.
 */
export function storedBlock(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { length } = bytes;
  head[1] = length;
  head[3] = ~length;
  head[4] = 0xff;
  head.set(bytes, STORED_BLOCK_HEADER_BYTES);
  return head.subarray(0, STORED_BLOCK_HEADER_BYTES + length);
}
