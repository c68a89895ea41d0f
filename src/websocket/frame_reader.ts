// FrameReader: reads the messages and control frames of a WebSocket client.

import { freeIfLarge } from "../free_memory.ts";
import { ByteCollector } from "./byte_collector.ts";
import { readClosePayload } from "./close_payload.ts";
import { Opcode } from "./frame_header.ts";
import type { FailureCode, FrameReaderEvents, FrameReaderOptions, Inflate } from "./frame_reader_options.ts";
import {
  extraLengthBytes,
  FIN_BIT,
  findFrameFault,
  findLengthFault,
  isControl,
  opcodeOf,
  readInt32,
  readLength,
  RSV1_BIT,
} from "./frame_rules.ts";
import { unmask } from "./masking.ts";
import { PayloadViews } from "./payload_views.ts";
import { Utf8Validator } from "./utf8_validator.ts";

/** 2 bytes, a length of 8 bytes, and the mask. */
const MAX_HEADER_BYTES = 14;
const MASK_BYTES = 4;

// A byte order mark at the start of a message belongs to its text.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const NOT_UTF8 = "The text is not UTF-8";

/**
 * Reads the frames of one client (RFC 6455, section 5). The bytes may come in chunks of any size.
 *
 * A frame that arrives in one chunk is not collected: it is unmasked in place. A binary payload is a view of the chunk,
 * except that short payloads of large chunks are copied ({@linkcode PayloadViews}). Messages in several chunks or
 * fragments are collected. Text is then checked as it arrives, so that invalid text fails at its first invalid byte.
 */
export class FrameReader {
  readonly #maxMessageBytes: number;
  readonly #inflate: Inflate | undefined;
  readonly #events: FrameReaderEvents;
  readonly #views = new PayloadViews();
  #isStopped = false;
  #isPaused = false;
  /** The rest of the chunk that was being read when the pause began, and the chunks that have arrived since. */
  #unread: Uint8Array<ArrayBuffer>[] = [];

  /** The first bytes of a header that is not complete yet. */
  readonly #header = new Uint8Array(MAX_HEADER_BYTES);
  #headerBytes = 0;

  /** The current frame. Valid while `#isInPayload`. */
  #isInPayload = false;
  #opcode = 0;
  #isFinal = false;
  #mask = 0;
  #frameLength = 0;
  #received = 0;
  readonly #control = new ByteCollector();

  /** The current message. `#messageOpcode` is `Opcode.CONTINUATION` if there is none. */
  #messageOpcode: number = Opcode.CONTINUATION;
  #isCompressed = false;
  /** The maximum length of the message, as its current frame limits it. */
  #messageLimit = 0;
  readonly #message = new ByteCollector();
  readonly #utf8 = new Utf8Validator();

  /**
   * Creates a reader for one connection. `events` is called as an object, so its methods may use `this`.
   *
   * @throws {RangeError} If `maxMessageBytes` is not a positive safe integer.
   */
  constructor(options: FrameReaderOptions, events: FrameReaderEvents) {
    const { maxMessageBytes, inflate } = options;
    if (!Number.isSafeInteger(maxMessageBytes) || maxMessageBytes <= 0) {
      throw new RangeError(`Cannot read frames: maxMessageBytes is ${maxMessageBytes}, not a positive integer`);
    }
    this.#maxMessageBytes = maxMessageBytes;
    this.#inflate = inflate;
    this.#events = events;
  }

  /**
   * The memory for the parts of incomplete payloads, in bytes. At most about twice the number of bytes that have
   * arrived, and 512 bytes.
   */
  get bufferedBytes(): number {
    return this.#message.capacity + this.#control.capacity;
  }

  /**
   * Reads the next bytes of the connection and reports what they complete. Never throws for any bytes.
   *
   * The reader owns the bytes: it changes them, and events may deliver views of them. So the caller must not use them
   * again.
   */
  push(bytes: Uint8Array<ArrayBuffer>): void {
    let at = 0;
    while (at < bytes.length && !this.#isStopped && !this.#isPaused) {
      if (!this.#isInPayload) at = this.#readHeader(bytes, at);
      // Without a condition on the remaining bytes, because a payload may be empty.
      if (this.#isInPayload) at = this.#readPayload(bytes, at);
    }
    if (this.#isPaused && at < bytes.length) this.#unread.push(viewOf(bytes, at, bytes.length));
  }

  /** Reports no further events until `resume()`. Keeps the bytes that are not read yet. */
  pause(): void {
    this.#isPaused = !this.#isStopped;
  }

  /** Continues to read. Must not be called by an event. */
  resume(): void {
    this.#isPaused = false;
    const unread = this.#unread;
    this.#unread = [];
    for (const bytes of unread) this.push(bytes);
  }

  /** Ignores all further bytes, including the rest of the current chunk, and frees the collected ones. */
  stop(): void {
    this.#isStopped = true;
    this.#isPaused = false;
    this.#unread = [];
    this.#message.clear();
    this.#control.clear();
  }

  /** Reads a header, or the next part of it. Returns the offset of the byte after it. */
  #readHeader(bytes: Uint8Array, start: number): number {
    const available = bytes.length - start;
    const saved = this.#headerBytes;
    if (saved === 0) {
      const size = this.#parseHeader(bytes, start, available);
      if (size > 0) return start + size;
    }
    const added = Math.min(available, MAX_HEADER_BYTES - saved);
    for (let index = 0; index < added; index++) this.#header[saved + index] = bytes[start + index]!;
    const size = saved === 0 ? 0 : this.#parseHeader(this.#header, 0, saved + added);
    // The saved bytes may include bytes of the payload, which are read again as such.
    this.#headerBytes = size > 0 ? 0 : saved + added;
    return size > 0 ? start + size - saved : start + added;
  }

  /**
   * Begins the frame whose header is in `source`. Returns the byte length of the header, or 0 if bytes are missing or
   * invalid. Invalid ones are reported as soon as they have arrived, even if others are missing.
   */
  #parseHeader(source: Uint8Array, start: number, available: number): number {
    if (available < 2) return 0;
    const first = source[start]!;
    const second = source[start + 1]!;
    const isInMessage = this.#messageOpcode !== Opcode.CONTINUATION;
    const fault = findFrameFault(first, second, isInMessage, this.#inflate !== undefined);
    if (fault !== undefined) return this.#failHeader(fault);

    const maskStart = 2 + extraLengthBytes(second);
    if (available < maskStart) return 0;
    const length = readLength(source, start);
    const lengthFault = findLengthFault(source, start, length);
    if (lengthFault !== undefined) return this.#failHeader(lengthFault);
    const opcode = opcodeOf(first);
    const messageLength = this.#message.length + length;
    if (messageLength > this.#maxMessageBytes && !isControl(opcode)) {
      return this.#failHeader(this.#tooLarge(), 1009);
    }
    if (available < maskStart + MASK_BYTES) return 0;

    this.#mask = readInt32(source, start + maskStart);
    this.#opcode = opcode;
    this.#isFinal = (first & FIN_BIT) !== 0;
    this.#frameLength = length;
    this.#received = 0;
    this.#isInPayload = true;
    if (!isControl(opcode)) {
      this.#messageLimit = this.#isFinal ? messageLength : this.#maxMessageBytes;
      if (!isInMessage) this.#beginMessage(first);
    }
    return maskStart + MASK_BYTES;
  }

  /** Reports an error in a header. Returns 0, the result of `#parseHeader()`. */
  #failHeader(reason: string, code: FailureCode = 1002): 0 {
    this.#fail(code, reason);
    return 0;
  }

  #beginMessage(first: number): void {
    this.#messageOpcode = opcodeOf(first);
    this.#isCompressed = (first & RSV1_BIT) !== 0;
    this.#utf8.reset();
  }

  /** Reads the payload, or the next part of it. Returns the offset of the byte after it. */
  #readPayload(bytes: Uint8Array<ArrayBuffer>, start: number): number {
    const end = start + Math.min(this.#frameLength - this.#received, bytes.length - start);
    unmask(bytes, start, end, this.#mask, this.#received & 3);
    this.#received += end - start;
    const isFrameEnd = this.#received === this.#frameLength;
    this.#isInPayload = !isFrameEnd;
    if (isControl(this.#opcode)) this.#addControl(bytes, start, end, isFrameEnd);
    else this.#addData(bytes, start, end, isFrameEnd && this.#isFinal);
    return end;
  }

  #addControl(bytes: Uint8Array<ArrayBuffer>, start: number, end: number, isComplete: boolean): void {
    if (isComplete && this.#control.length === 0) return this.#endControl(this.#views.of(bytes, start, end));
    this.#control.append(bytes, start, end, this.#frameLength);
    if (isComplete) this.#endControl(this.#control.take());
  }

  #endControl(payload: Uint8Array<ArrayBuffer>): void {
    if (this.#opcode === Opcode.PING) return this.#events.ping(payload);
    if (this.#opcode === Opcode.PONG) return this.#events.pong(payload);
    const content = readClosePayload(payload);
    if (content.type === "invalid") return this.#fail(1002, content.reason);
    if (content.type === "notUtf8") return this.#fail(1007, "The reason of a close frame is not UTF-8");
    this.stop();
    this.#events.close(content.code, content.reason);
  }

  #addData(bytes: Uint8Array<ArrayBuffer>, start: number, end: number, isComplete: boolean): void {
    if (isComplete && this.#message.length === 0) return this.#endMessage(bytes, start, end);
    // When the message is complete, decoding checks all of it.
    const isChecked = isComplete || this.#isCompressed || this.#messageOpcode !== Opcode.TEXT;
    if (!isChecked && !this.#utf8.accepts(bytes, start, end)) return this.#fail(1007, NOT_UTF8);
    this.#message.append(bytes, start, end, this.#messageLimit);
    if (!isComplete) return;
    const isDecoded = this.#isCompressed || this.#messageOpcode === Opcode.TEXT;
    const message = this.#message.take();
    this.#endMessage(message, 0, message.length);
    if (isDecoded) freeIfLarge(message.buffer);
  }

  #endMessage(bytes: Uint8Array<ArrayBuffer>, start: number, end: number): void {
    const isText = this.#messageOpcode === Opcode.TEXT;
    this.#messageOpcode = Opcode.CONTINUATION;
    if (this.#isCompressed) return this.#endCompressed(viewOf(bytes, start, end), isText);
    if (isText) return this.#endText(viewOf(bytes, start, end));
    this.#events.message(this.#views.of(bytes, start, end));
  }

  #endCompressed(compressed: Uint8Array<ArrayBuffer>, isText: boolean): void {
    // Without `inflate`, the header was rejected.
    const result = this.#inflate!(compressed, this.#maxMessageBytes);
    switch (result.type) {
      case "tooLarge":
        return this.#fail(1009, this.#tooLarge());
      case "invalid":
        return this.#fail(1007, "A compressed message is invalid");
      case "data":
        return isText ? this.#endText(result.bytes) : this.#events.message(result.bytes);
    }
  }

  #endText(bytes: Uint8Array<ArrayBuffer>): void {
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch {
      return this.#fail(1007, NOT_UTF8);
    }
    this.#events.message(text);
  }

  #tooLarge(): string {
    return `The message is larger than ${this.#maxMessageBytes} bytes`;
  }

  #fail(code: FailureCode, reason: string): void {
    this.stop();
    this.#events.failed(code, reason);
  }
}

function viewOf(bytes: Uint8Array<ArrayBuffer>, start: number, end: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start);
}
