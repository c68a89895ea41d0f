// Frames: one message of NATS, or several if it would be too large for one.
//
// | bytes | type   | field                                                                      |
// | ----- | ------ | -------------------------------------------------------------------------- |
// | 1     | uint8  | 1: a whole message; 2: a part of one                                       |
// | 4     | uint32 | sequence: counts the messages of a subject; the version of a state         |
// | 8     | uint64 | timestamp of the message, in ns                                            |
// | 4     | uint32 | when it was sent, in ms on the monotonic clock of the sender, modulo 2^32  |
// | 1     | uint8  | the period of that clock: see ClockPeriod                                  |
// | 4     | uint32 | only in parts: offset of this part                                         |
// | 4     | uint32 | only in parts: bytes of the whole payload                                  |
// | rest  | bytes  | payload                                                                    |

import type { SentTime } from "./age_filter.ts";

/** What precedes the payload. */
export interface FrameHeader extends SentTime {
  /** uint32. */
  readonly sequence: number;
  /** In ns. */
  readonly timestamp: bigint;
}

/** A whole message. */
export interface FramedMessage extends FrameHeader {
  /** A view of the received bytes, or of new memory if there were several parts. */
  readonly payload: Uint8Array;
}

const WHOLE = 1;
const PART = 2;
const WHOLE_HEADER = 18;
const PART_HEADER = 26;
/** The maximum payload of one message in several parts. */
const MAX_TOTAL = 512 * 1024 * 1024;

/**
 * Returns the frames of a message, with a copy of the payload. `maxBytes` limits each frame. The frames are created one
 * by one, so that the memory for all of them is not needed at once. The header is read for each of them.
 */
export function* writeFrames(
  header: FrameHeader,
  payload: Uint8Array,
  maxBytes: number,
): Generator<Uint8Array<ArrayBuffer>, void> {
  const isWhole = WHOLE_HEADER + payload.length <= maxBytes;
  const headerBytes = isWhole ? WHOLE_HEADER : PART_HEADER;
  const step = isWhole ? payload.length : maxBytes - PART_HEADER;
  let offset = 0;
  do {
    const length = Math.min(step, payload.length - offset);
    const { sequence, timestamp, sentMs, period } = header;
    const frame = new Uint8Array(headerBytes + length);
    const view = new DataView(frame.buffer);
    view.setUint8(0, isWhole ? WHOLE : PART);
    view.setUint32(1, sequence, true);
    view.setBigUint64(5, timestamp, true);
    view.setUint32(13, sentMs, true);
    view.setUint8(17, period);
    if (!isWhole) {
      view.setUint32(18, offset, true);
      view.setUint32(22, payload.length, true);
    }
    frame.set(length === payload.length ? payload : payload.subarray(offset, offset + length), headerBytes);
    yield frame;
    offset += length;
  } while (offset < payload.length);
}

/** Returns when a frame was sent, or `undefined` if it is not valid. */
export function sentTimeOf(frame: Uint8Array): SentTime | undefined {
  if (frame.length < WHOLE_HEADER) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  return { sentMs: view.getUint32(13, true), period: view.getUint8(17) };
}

/** Joins the frames of one subject to messages. Frames of a subject arrive in order, but some may be missing. */
export class FrameReader {
  #header: FrameHeader | undefined;
  #parts: Uint8Array[] = [];
  #received = 0;
  #total = 0;
  #incomplete = 0;

  /** How many messages were dropped because a part was missing or not valid. */
  get incomplete(): number {
    return this.#incomplete;
  }

  /** Whether a message has begun that is not complete. */
  get isWaiting(): boolean {
    return this.#header !== undefined;
  }

  /** The bytes of the parts that wait for the rest of their message. */
  get waitingBytes(): number {
    return this.#received;
  }

  /** Takes a frame. Returns the message if it is complete now. Never throws. */
  receive(frame: Uint8Array): FramedMessage | undefined {
    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    const isPart = frame[0] === PART;
    if (frame.length < (isPart ? PART_HEADER : WHOLE_HEADER) || !isPart && frame[0] !== WHOLE) {
      this.#incomplete += 1;
      return undefined;
    }
    const header = {
      sequence: view.getUint32(1, true),
      timestamp: view.getBigUint64(5, true),
      sentMs: view.getUint32(13, true),
      period: view.getUint8(17),
    };
    if (isPart) return this.#join(header, view.getUint32(18, true), view.getUint32(22, true), frame.slice(PART_HEADER));
    this.#drop();
    return { ...header, payload: frame.subarray(WHOLE_HEADER) };
  }

  #join(header: FrameHeader, offset: number, total: number, part: Uint8Array): FramedMessage | undefined {
    if (offset === 0) {
      this.#drop();
      this.#header = header;
      this.#total = total;
    }
    const isNext = this.#header?.sequence === header.sequence && offset === this.#received && total === this.#total;
    if (!isNext || total > MAX_TOTAL || part.length === 0 || offset + part.length > total) {
      if (this.#header === undefined) this.#incomplete += 1;
      else this.#drop();
      return undefined;
    }
    this.#parts.push(part);
    this.#received += part.length;
    if (this.#received < total) return undefined;
    const payload = new Uint8Array(total);
    let at = 0;
    for (const each of this.#parts) {
      payload.set(each, at);
      at += each.length;
    }
    const first = this.#header as FrameHeader;
    this.#forget();
    return { ...first, payload };
  }

  #drop(): void {
    if (this.#header) this.#incomplete += 1;
    this.#forget();
  }

  #forget(): void {
    this.#header = undefined;
    this.#parts = [];
    this.#received = 0;
  }
}

/** Returns how many messages after `other` a sequence is. Negative: before it. Sequences are modulo 2^32. */
export function sequenceDistance(sequence: number, other: number): number {
  return (sequence - other) | 0;
}
