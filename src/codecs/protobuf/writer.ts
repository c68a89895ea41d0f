// ProtobufWriter: writes the values of protobuf fields into a buffer that is used again for the next message.

import { BYTES_RULE, bytesOf, copyBytes, isSafeUint8Array } from "../../protocol/bytes.ts";
import {
  checkInt32,
  checkNumber,
  checkUint32,
  durationNs,
  splitInt64,
  splitSeconds,
  splitUint64,
  timestampNs,
} from "./checks.ts";
import { InvalidValue } from "./faults.ts";
import { highHalf, IS_LITTLE_ENDIAN, lowHalf } from "./int64.ts";
import { splitDuration, type SplitTime, splitTimestamp } from "./time.ts";
import { MAX_DEPTH } from "./wire.ts";

/** The size of the first buffer, in bytes. */
const MIN_CAPACITY = 256;
/** A larger buffer is freed with its message, in bytes. */
const MAX_KEPT_CAPACITY = 8 * 1024 * 1024;
/** The maximum size of a varint, in bytes. */
const MAX_VARINT = 10;
/** Up to this length, in UTF-16 units, a loop is faster than `TextEncoder`. */
const MAX_LOOP_LENGTH = 64;
const TWO_POW_32 = 0x1_0000_0000;

const encoder = new TextEncoder();

/**
 * Writes values one after the other: first {@linkcode tag}, then the value. It knows no schema.
 *
 * Methods check their value and throw an `InvalidValue` with the rule, but without the path of the field. After an
 * error, call {@linkcode reset}.
 */
export class ProtobufWriter {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #view: DataView = new DataView(this.#bytes.buffer);
  #length = 0;
  #depth = 0;

  /** Begins a new message. The bytes of the message before may be overwritten. */
  reset(): void {
    // The program may have transferred the last message to a worker, and the buffer with it.
    if (this.#bytes.length === 0) this.#replace(new Uint8Array(0));
    this.#length = 0;
    this.#depth = 0;
    this.#freeLarge();
  }

  /**
   * Begins a new message in memory of the caller, behind `length` bytes that are kept. If it is too small, the writer
   * continues in a larger copy: see {@linkcode detach}.
   */
  attach(bytes: Uint8Array<ArrayBuffer>, length: number): void {
    // Creating a DataView takes as long as writing a small message.
    if (bytes !== this.#bytes) this.#replace(bytes);
    this.#length = length;
    this.#depth = 0;
  }

  /** Sets `target` to the memory that contains the message, and to its end. */
  detach(target: { bytes: Uint8Array<ArrayBuffer>; length: number }): void {
    target.bytes = this.#bytes;
    target.length = this.#length;
    if (this.#bytes.length > MAX_KEPT_CAPACITY) this.#replace(new Uint8Array(0));
  }

  /** Returns the message: a view that is valid until the next message is written. Call {@linkcode reset} next. */
  finish(): Uint8Array<ArrayBuffer> {
    // Faster than subarray(), which first looks up which kind of array to create.
    const message = new Uint8Array(this.#bytes.buffer, 0, this.#length);
    this.#freeLarge();
    return message;
  }

  /** Writes the tag of a field: `number << 3 | wireType`, as a uint32. */
  tag(tag: number): void {
    this.#reserve(MAX_VARINT);
    if (tag < 0x80) this.#bytes[this.#length++] = tag;
    else this.#varint32(tag);
  }

  /** Writes a varint. */
  uint32(value: number): void {
    checkUint32(value);
    this.#reserve(MAX_VARINT);
    this.#varint32(value);
  }

  /** Writes a varint, of ten bytes if the value is negative. Also writes enums. */
  int32(value: number): void {
    checkInt32(value);
    this.#reserve(MAX_VARINT);
    if (value >= 0) this.#varint32(value);
    else this.#varint64(value >>> 0, 0xffff_ffff);
  }

  /** Writes a zigzag varint. */
  sint32(value: number): void {
    checkInt32(value);
    this.#reserve(MAX_VARINT);
    this.#varint32(((value << 1) ^ (value >> 31)) >>> 0);
  }

  /** Writes a varint. Accepts safe integers too, like all methods for 64-bit integers. */
  uint64(value: bigint | number): void {
    splitUint64(value);
    this.#reserve(MAX_VARINT);
    this.#varint64(lowHalf(), highHalf());
  }

  /** Writes a varint, of ten bytes if the value is negative. */
  int64(value: bigint | number): void {
    splitInt64(value);
    this.#reserve(MAX_VARINT);
    this.#varint64(lowHalf(), highHalf());
  }

  /** Writes a zigzag varint. */
  sint64(value: bigint | number): void {
    splitInt64(value);
    const low = lowHalf();
    const high = highHalf();
    const sign = high >> 31;
    this.#reserve(MAX_VARINT);
    this.#varint64(((low << 1) ^ sign) >>> 0, (((high << 1) | (low >>> 31)) ^ sign) >>> 0);
  }

  /** Writes four bytes. */
  fixed32(value: number): void {
    checkUint32(value);
    const start = this.#advance(4);
    this.#view.setUint32(start, value, true);
  }

  /** Writes four bytes. */
  sfixed32(value: number): void {
    checkInt32(value);
    const start = this.#advance(4);
    this.#view.setInt32(start, value, true);
  }

  /** Writes eight bytes. */
  fixed64(value: bigint | number): void {
    splitUint64(value);
    this.#halves(lowHalf(), highHalf());
  }

  /** Writes eight bytes. */
  sfixed64(value: bigint | number): void {
    splitInt64(value);
    this.#halves(lowHalf(), highHalf());
  }

  /** Writes four bytes. Rounds the number, to an infinity if it is beyond the range of a float. */
  float(value: number): void {
    checkNumber(value);
    const start = this.#advance(4);
    this.#view.setFloat32(start, value, true);
  }

  /** Writes eight bytes. */
  double(value: number): void {
    checkNumber(value);
    const start = this.#advance(8);
    this.#view.setFloat64(start, value, true);
  }

  /** Writes a byte, 0 or 1. */
  bool(value: boolean): void {
    if (typeof value !== "boolean") throw InvalidValue.of("a boolean", value);
    const start = this.#advance(1);
    this.#bytes[start] = value ? 1 : 0;
  }

  /** Writes the length and the text as UTF-8. Half a surrogate pair becomes U+FFFD. */
  string(value: string): void {
    if (typeof value !== "string") throw InvalidValue.of("a string", value);
    if (value.length >= MAX_LOOP_LENGTH || !this.#ascii(value)) this.#utf8(value);
  }

  /** Writes the length and the bytes, which are copied. */
  bytes(value: ArrayBufferLike | ArrayBufferView): void {
    const source = isSafeUint8Array(value) ? value : bytesOf(value);
    if (source === undefined) throw InvalidValue.of(BYTES_RULE, value);
    this.#block(source);
  }

  /** Writes a message of the type `google.protobuf.Timestamp` with its length. */
  timestamp(ns: bigint | Date): void {
    this.#time(splitTimestamp(timestampNs(ns)));
  }

  /** Writes a message of the type `google.protobuf.Duration` with its length. */
  duration(ns: bigint): void {
    this.#time(splitDuration(durationNs(ns)));
  }

  /** Writes the fields of a `google.protobuf.Timestamp`, without a length. */
  timestampFields(ns: bigint | Date): void {
    this.#timeFields(splitTimestamp(timestampNs(ns)));
  }

  /** Writes the fields of a `google.protobuf.Duration`, without a length. */
  durationFields(ns: bigint): void {
    this.#timeFields(splitDuration(durationNs(ns)));
  }

  // Generated code calls the next two methods for most of its fields. So they call as little as possible, because V8
  // inlines only a limited amount of code.

  /** Writes a tag below 128 and a double. */
  taggedDouble(tag: number, value: number): void {
    if (typeof value !== "number") throw InvalidValue.of("a number", value);
    const start = this.#length;
    const end = start + 9;
    if (end > this.#bytes.length) this.#grow(end);
    this.#bytes[start] = tag;
    this.#view.setFloat64(start + 1, value, true);
    this.#length = end;
  }

  /** Writes a tag below 128 and begins a value with a length: see {@linkcode begin}. */
  taggedBegin(tag: number): number {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.#tooDeep();
    const start = this.#length;
    if (start + 2 > this.#bytes.length) this.#grow(start + 2);
    this.#bytes[start] = tag;
    this.#length = start + 2;
    return start + 1;
  }

  /** Begins a value with a length, such as a message. Returns the argument of {@linkcode end}. */
  begin(): number {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.#tooDeep();
    // Most lengths take one byte. If this one takes more, end() moves the value.
    return this.#advance(1);
  }

  /** Ends a value with a length. `start` is the result of {@linkcode begin}. */
  end(start: number): void {
    this.#depth -= 1;
    const size = this.#length - start - 1;
    if (size < 0x80) this.#bytes[start] = size;
    else this.#setLength(start, 1);
  }

  /**
   * Writes the items of a typed array with their length in one copy, if the platform stores numbers in the byte order
   * of protobuf. Otherwise writes nothing and returns false. The caller has checked that the items have the size of the
   * field's type.
   */
  packedMemory(values: ArrayBufferView): boolean {
    if (!IS_LITTLE_ENDIAN) return false;
    const source = bytesOf(values);
    if (source === undefined) throw InvalidValue.of("an array", values);
    this.#block(source);
    return true;
  }

  /** Writes a packed list of doubles with its length. A `Float64Array` is copied in one step. */
  packedDoubles(values: ArrayLike<number>): void {
    if (values instanceof Float64Array && this.packedMemory(values)) return;
    const { length } = values;
    let position = this.#beginFixed(length, 8);
    const view = this.#view;
    for (let index = 0; index < length; index++, position += 8) {
      const value = values[index] as number;
      if (typeof value !== "number") throw itemFault(value, index);
      view.setFloat64(position, value, true);
    }
  }

  /** Writes a packed list of floats with its length. A `Float32Array` is copied in one step. */
  packedFloats(values: ArrayLike<number>): void {
    if (values instanceof Float32Array && this.packedMemory(values)) return;
    const { length } = values;
    let position = this.#beginFixed(length, 4);
    const view = this.#view;
    for (let index = 0; index < length; index++, position += 4) {
      const value = values[index] as number;
      if (typeof value !== "number") throw itemFault(value, index);
      view.setFloat32(position, value, true);
    }
  }

  #tooDeep(): never {
    throw new InvalidValue(`has more than ${MAX_DEPTH} values inside each other; it may contain itself`);
  }

  /** Writes the length of a packed list. Returns the offset at which its items begin. */
  #beginFixed(count: number, itemSize: number): number {
    const size = count * itemSize;
    this.#reserve(MAX_VARINT + size);
    this.#varint32(size);
    const start = this.#length;
    this.#length += size;
    return start;
  }

  #block(source: Uint8Array): void {
    // Read once, because another thread may grow shared memory.
    const { length } = source;
    this.#reserve(MAX_VARINT + length);
    this.#varint32(length);
    copyBytes(source, length, this.#bytes, this.#length);
    this.#length += length;
  }

  /** Writes a short text. Returns false and writes nothing if it has other characters than ASCII. */
  #ascii(text: string): boolean {
    const { length } = text;
    this.#reserve(1 + length);
    const bytes = this.#bytes;
    let position = this.#length;
    bytes[position++] = length;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return false;
      bytes[position++] = code;
    }
    this.#length = position;
    return true;
  }

  #utf8(text: string): void {
    // A UTF-16 unit becomes at most three bytes.
    this.#reserve(MAX_VARINT + 3 * text.length);
    const start = this.#length;
    const lengthSize = varintSize(text.length);
    const { written } = encoder.encodeInto(text, this.#bytes.subarray(start + lengthSize));
    this.#length = start + lengthSize + written;
    this.#setLength(start, lengthSize);
  }

  /** Writes the length of a value whose content begins after `reserved` bytes, and moves the content if necessary. */
  #setLength(start: number, reserved: number): void {
    const contentStart = start + reserved;
    const size = this.#length - contentStart;
    if (size < 0x80) {
      this.#bytes[start] = size;
      return;
    }
    const extra = varintSize(size) - reserved;
    if (extra > 0) {
      this.#reserve(extra);
      this.#bytes.copyWithin(contentStart + extra, contentStart, this.#length);
    }
    this.#length = start;
    this.#varint32(size);
    this.#length += size;
  }

  #time(time: Readonly<SplitTime>): void {
    // The length of a time takes one byte.
    const start = this.#advance(1);
    this.#timeFields(time);
    this.#bytes[start] = this.#length - start - 1;
  }

  #timeFields({ seconds, nanos }: Readonly<SplitTime>): void {
    this.#reserve(2 * (1 + MAX_VARINT));
    if (typeof seconds === "bigint") {
      splitSeconds(seconds);
      this.#bytes[this.#length++] = 0x08;
      this.#varint64(lowHalf(), highHalf());
    } else if (seconds !== 0) {
      this.#bytes[this.#length++] = 0x08;
      this.#varint64(seconds >>> 0, Math.floor(seconds / TWO_POW_32) >>> 0);
    }
    if (nanos === 0) return;
    this.#bytes[this.#length++] = 0x10;
    if (nanos > 0) this.#varint32(nanos);
    else this.#varint64(nanos >>> 0, 0xffff_ffff);
  }

  /** Writes a varint. The caller has reserved the space. */
  #varint32(value: number): void {
    const bytes = this.#bytes;
    while (value > 0x7f) {
      bytes[this.#length++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    bytes[this.#length++] = value;
  }

  /** Writes a varint from its halves. The caller has reserved the space. */
  #varint64(low: number, high: number): void {
    const bytes = this.#bytes;
    while (high !== 0) {
      bytes[this.#length++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.#varint32(low);
  }

  #halves(low: number, high: number): void {
    const start = this.#advance(8);
    this.#view.setUint32(start, low, true);
    this.#view.setUint32(start + 4, high, true);
  }

  /**
   * Reserves `size` bytes and moves behind them. Returns the offset at which they begin.
   *
   * Call it in a separate statement: it may replace `#bytes` and `#view`.
   */
  #advance(size: number): number {
    this.#reserve(size);
    const start = this.#length;
    this.#length += size;
    return start;
  }

  /** Ensures that `size` more bytes fit. It may replace `#bytes` and `#view`. */
  #reserve(size: number): void {
    const needed = this.#length + size;
    if (needed > this.#bytes.length) this.#grow(needed);
  }

  /** Replaces the buffer by one of at least `needed` bytes. */
  #grow(needed: number): void {
    let capacity = MIN_CAPACITY;
    while (capacity < needed) capacity *= 2;
    // A buffer that is freed soon needs room only for a few more fields.
    if (capacity > MAX_KEPT_CAPACITY) capacity = Math.min(capacity, needed + (needed >> 3));
    const grown = new Uint8Array(capacity);
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#replace(grown);
  }

  #freeLarge(): void {
    if (this.#bytes.length > MAX_KEPT_CAPACITY) this.#replace(new Uint8Array(0));
  }

  #replace(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

function itemFault(value: unknown, index: number): InvalidValue {
  const fault = InvalidValue.of("a number", value);
  fault.addIndex(index);
  return fault;
}

function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}
