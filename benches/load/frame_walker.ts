// FrameWalker: finds messages in the bytes of a WebSocket server, without copying them.

const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;

/** The opcode, the subscription id and the timestamp before the payload of a data message. */
const HEAD_BYTES = 13;
const MESSAGE_DATA = 1;
const MAX_FRAME_HEADER_BYTES = 10;

/** Receives the messages that a {@linkcode FrameWalker} finds, each after its last byte has arrived. */
export interface FrameSink {
  /** A data message of a channel. The timestamp has two halves, because a bigint would take longer than the rest. */
  data(subscriptionId: number, timestampLow: number, timestampHigh: number, payloadBytes: number): void;
  /** Any other binary message, or one that is too short for its opcode. `opcode` is -1 if it is empty. */
  otherBinary(opcode: number, bytes: number): void;
  text(text: string): void;
  /** A ping, a pong or a close frame, by WebSocket opcode. */
  control(opcode: number, payload: Uint8Array): void;
}

/**
 * Walks from frame header to frame header, and reads only the first 13 bytes of each data message. Messages may have
 * fragments with control frames between them. The bytes may come in pieces of any size.
 */
export class FrameWalker {
  readonly #sink: FrameSink;
  readonly #header = new Uint8Array(MAX_FRAME_HEADER_BYTES);
  readonly #headerView = new DataView(this.#header.buffer);
  #headerFilled = 0;

  /** The state of the current frame. `#inPayload` is false while its header is incomplete. */
  #inPayload = false;
  #opcode = 0;
  #isFinal = false;
  #payloadLeft = 0;
  #control: number[] = [];

  /** The opcode of the current message, which may have several frames; -1 before it begins. */
  #messageOpcode = -1;
  #messageBytes = 0;
  readonly #head = new Uint8Array(HEAD_BYTES);
  readonly #headView = new DataView(this.#head.buffer);
  #text: Uint8Array[] = [];

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /**
   * Walks over the next bytes. They may be reused as soon as this returns.
   *
   * @throws {Error} If a server must not send them.
   */
  push(bytes: Uint8Array): void {
    const end = bytes.length;
    for (let at = 0; at < end;) {
      at = this.#inPayload ? this.#walkPayload(bytes, at) : this.#walkHeader(bytes, at);
      if (this.#inPayload && this.#payloadLeft === 0) this.#endFrame();
    }
  }

  #walkHeader(bytes: Uint8Array, start: number): number {
    let at = start;
    while (at < bytes.length) {
      this.#header[this.#headerFilled++] = bytes[at++]!;
      if (this.#headerFilled >= 2 && this.#headerFilled === this.#headerBytes()) {
        this.#beginFrame();
        break;
      }
    }
    return at;
  }

  #headerBytes(): number {
    const length = this.#header[1]!;
    if (length >= 0x80) throw new Error("Cannot walk the frames: servers must not mask");
    return length < 126 ? 2 : length === 126 ? 4 : MAX_FRAME_HEADER_BYTES;
  }

  #beginFrame(): void {
    const first = this.#header[0]!;
    if (first & 0x70) throw new Error("Cannot walk the frames: a reserved bit is set without an extension");
    this.#headerFilled = 0;
    this.#inPayload = true;
    this.#isFinal = first >= 0x80;
    this.#opcode = first & 0x0f;
    this.#payloadLeft = this.#payloadBytes();
    if (this.#opcode >= CLOSE) {
      this.#control = [];
    } else if (this.#opcode === CONTINUATION) {
      if (this.#messageOpcode < 0) throw new Error("Cannot walk the frames: a continuation without a message");
    } else {
      if (this.#messageOpcode >= 0) {
        throw new Error("Cannot walk the frames: a message begins before the end of another");
      }
      if (this.#opcode > BINARY) throw new Error(`Cannot walk the frames: opcode ${this.#opcode}`);
      this.#messageOpcode = this.#opcode;
      this.#messageBytes = 0;
    }
  }

  #payloadBytes(): number {
    const length = this.#header[1]!;
    if (length < 126) return length;
    if (length === 126) return this.#headerView.getUint16(2);
    return this.#headerView.getUint32(2) * 2 ** 32 + this.#headerView.getUint32(6);
  }

  #walkPayload(bytes: Uint8Array, at: number): number {
    const length = Math.min(this.#payloadLeft, bytes.length - at);
    const end = at + length;
    if (this.#opcode >= CLOSE) {
      this.#control.push(...bytes.subarray(at, end));
    } else {
      if (this.#messageOpcode === TEXT) this.#text.push(bytes.slice(at, end));
      for (let from = at, to = this.#messageBytes; to < HEAD_BYTES && from < end;) this.#head[to++] = bytes[from++]!;
      this.#messageBytes += length;
    }
    this.#payloadLeft -= length;
    return end;
  }

  #endFrame(): void {
    this.#inPayload = false;
    if (this.#opcode >= CLOSE) {
      this.#sink.control(this.#opcode, Uint8Array.from(this.#control));
    } else if (this.#isFinal) {
      const isText = this.#messageOpcode === TEXT;
      this.#messageOpcode = -1;
      if (isText) this.#endText();
      else this.#endBinary();
    }
  }

  #endText(): void {
    const text = this.#text;
    this.#text = [];
    const decoder = new TextDecoder();
    this.#sink.text(text.map((part) => decoder.decode(part, { stream: true })).join("") + decoder.decode());
  }

  #endBinary(): void {
    const view = this.#headView;
    const opcode = this.#messageBytes > 0 ? view.getUint8(0) : -1;
    if (opcode !== MESSAGE_DATA || this.#messageBytes < HEAD_BYTES) {
      return this.#sink.otherBinary(opcode, this.#messageBytes);
    }
    const payloadBytes = this.#messageBytes - HEAD_BYTES;
    this.#sink.data(view.getUint32(1, true), view.getUint32(5, true), view.getUint32(9, true), payloadBytes);
  }
}
