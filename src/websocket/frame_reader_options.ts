// FrameReaderOptions and FrameReaderEvents: the settings of a FrameReader, and what it reports.

/** The result of decompressing a message. */
export type InflateResult =
  /** The message. The bytes belong to the receiver of the event. */
  | { type: "data"; bytes: Uint8Array<ArrayBuffer> }
  /** The message would be longer than allowed. */
  | { type: "tooLarge" }
  /** The bytes are not a DEFLATE stream. */
  | { type: "invalid" };

/**
 * Decompresses one message. Each message is independent, because the handshake negotiated `client_no_context_takeover`.
 *
 * `compressed` is valid only during the call. It lacks the last 4 bytes of the stream, `00 00 ff ff`, which the
 * function appends (RFC 7692, section 7.2.2). The function must stop when the result exceeds `maxBytes`, and must not
 * throw.
 */
export type Inflate = (compressed: Uint8Array<ArrayBuffer>, maxBytes: number) => InflateResult;

/** The settings of a `FrameReader`. */
export interface FrameReaderOptions {
  /**
   * The maximum byte length of a message, as it arrives and after decompression. Larger messages fail with code 1009,
   * as soon as a header announces them.
   */
  maxMessageBytes: number;
  /** Decompresses messages. Without it, compressed messages are an error, because compression was not negotiated. */
  inflate?: Inflate | undefined;
}

/** The close code for an error of the client: broken framing, invalid data, or a message that is too large. */
export type FailureCode = 1002 | 1007 | 1009;

/**
 * What a `FrameReader` reports, in the order of the bytes.
 *
 * Handlers run within `push()` or `resume()`. They may call `stop()` and `pause()`. They must not throw, or call
 * `push()` or `resume()`. They may keep the bytes that they get, but must not transfer the buffer: it may also contain
 * bytes that are not read yet, or other payloads.
 */
export interface FrameReaderEvents {
  /** A whole message: text as a string, anything else as bytes. */
  message(data: string | Uint8Array<ArrayBuffer>): void;
  /** A ping of at most 125 bytes, which must be answered with a pong with the same payload. */
  ping(payload: Uint8Array<ArrayBuffer>): void;
  /** A pong of at most 125 bytes. */
  pong(payload: Uint8Array<ArrayBuffer>): void;
  /** A valid close frame. `code` is `undefined` if the client sent none. Nothing is reported afterwards. */
  close(code: number | undefined, reason: string): void;
  /** An error of the client, with the code and the reason for the close frame. Nothing is reported afterwards. */
  failed(code: FailureCode, reason: string): void;
}
