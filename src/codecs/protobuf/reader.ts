// ProtobufReader: reads the values of protobuf fields, and checks the bounds of every read.

import { decodeText } from "./decode_text.ts";
import { MalformedInput } from "./faults.ts";
import { joinSigned, joinUnsigned } from "./int64.ts";
import { joinTime } from "./time.ts";
import { END_GROUP, FIXED32, FIXED64, LENGTH_DELIMITED, MAX_DEPTH, START_GROUP, VARINT } from "./wire.ts";

/** Lists with more items are not prepared for them. */
const MAX_PREPARED_ITEMS = 0x100_0000;

/**
 * Reads values one after the other: first {@linkcode tag}, then the value or {@linkcode skip}. It knows no schema.
 *
 * Every method throws a `MalformedInput` if the bytes are not valid, without the path of the field. After an error, the
 * reader must not be used.
 */
export class ProtobufReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position = 0;
  /** The end of the innermost value with a length that is being read. */
  #end: number;
  #depth = 0;
  /** The halves of the last varint, as signed or unsigned 32-bit integers. */
  #low = 0;
  #high = 0;

  /** Reads `bytes`, of which byte values become views. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.length;
  }

  /** Whether the current message has more fields, or the current packed list more items. */
  get hasMore(): boolean {
    return this.#position < this.#end;
  }

  /** Reads the tag of a field: `number << 3 | wireType`, as a uint32. */
  tag(): number {
    const start = this.#position;
    const tag = this.#size("the tag of a field is not a uint32");
    if (tag < 8) throw new MalformedInput("the field number is 0", start);
    if ((tag & 7) > FIXED32) throw new MalformedInput(`there is no wire type ${tag & 7}`, start);
    return tag;
  }

  /** Reads a varint. Higher bits are ignored, as in all methods for 32-bit integers. */
  uint32(): number {
    this.#varint();
    return this.#low >>> 0;
  }

  /** Reads a varint. Also reads enums. */
  int32(): number {
    this.#varint();
    return this.#low | 0;
  }

  /** Reads a zigzag varint. */
  sint32(): number {
    this.#varint();
    return (this.#low >>> 1) ^ -(this.#low & 1);
  }

  /** Reads a varint. */
  uint64(): bigint {
    this.#varint();
    return joinUnsigned(this.#low, this.#high);
  }

  /** Reads a varint. */
  int64(): bigint {
    this.#varint();
    return joinSigned(this.#low, this.#high);
  }

  /** Reads a zigzag varint. */
  sint64(): bigint {
    this.#varint();
    const low = this.#low;
    const high = this.#high;
    const sign = -(low & 1);
    return joinSigned(((low >>> 1) | (high << 31)) ^ sign, (high >>> 1) ^ sign);
  }

  /** Reads a varint. Every value but 0 is true. */
  bool(): boolean {
    this.#varint();
    return (this.#low | this.#high) !== 0;
  }

  /** Reads four bytes. */
  fixed32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** Reads four bytes. */
  sfixed32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  /** Reads eight bytes. */
  fixed64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), true);
  }

  /** Reads eight bytes. */
  sfixed64(): bigint {
    return this.#view.getBigInt64(this.#advance(8), true);
  }

  /** Reads four bytes. */
  float(): number {
    return this.#view.getFloat32(this.#advance(4), true);
  }

  /** Reads eight bytes. */
  double(): number {
    return this.#view.getFloat64(this.#advance(8), true);
  }

  /** Reads a text with its length. Bytes that are not UTF-8 become U+FFFD. */
  string(): string {
    const length = this.#length();
    const start = this.#advance(length);
    return decodeText(this.#bytes, start, start + length);
  }

  /** Reads bytes with their length. Returns a view of the payload, not a copy. */
  bytes(): Uint8Array {
    const length = this.#length();
    const { buffer, byteOffset } = this.#bytes;
    return new Uint8Array(buffer, byteOffset + this.#advance(length), length);
  }

  /** Reads a message of the type `google.protobuf.Timestamp` or `Duration` with its length. See `timeFields()`. */
  time(): bigint {
    const end = this.enter();
    const ns = this.timeFields(0n, 0);
    this.leave(end);
    return ns;
  }

  /**
   * Reads the fields of a `google.protobuf.Timestamp` or `Duration` until the end of the current message. Returns
   * nanoseconds. `seconds` and `nanos` are the values of absent fields.
   */
  timeFields(seconds: bigint, nanos: number): bigint {
    while (this.#position < this.#end) {
      const tag = this.tag();
      if (tag === 0x08) seconds = this.int64();
      else if (tag === 0x10) nanos = this.int32();
      else this.skip(tag);
    }
    return joinTime(seconds, nanos);
  }

  /**
   * Begins a value with a length: a message or a packed list. Until {@linkcode leave}, nothing can be read beyond its
   * end. Returns the argument of `leave()`.
   */
  enter(): number {
    const length = this.#length();
    if (length > this.#end - this.#position) this.#advance(length);
    this.#deepen();
    const outerEnd = this.#end;
    this.#end = this.#position + length;
    return outerEnd;
  }

  /** Ends a value with a length, of which everything has been read. */
  leave(outerEnd: number): void {
    this.#depth -= 1;
    this.#end = outerEnd;
  }

  /** Skips the value of an unknown field, or of a field with an unexpected wire type. */
  skip(tag: number): void {
    switch (tag & 7) {
      case VARINT:
        return this.#varint();
      case FIXED64:
        return void this.#advance(8);
      case LENGTH_DELIMITED: {
        const length = this.#length();
        return void this.#advance(length);
      }
      case START_GROUP:
        return this.#skipGroup(tag);
      case FIXED32:
        return void this.#advance(4);
      default:
        throw new MalformedInput("a group ends that has not begun", this.#position);
    }
  }

  /** Reads a packed list of doubles with its length, and appends the items to `list`. */
  packedDoubles(list: number[]): void {
    let [position, index, end] = this.#packedFixed(8, list);
    const view = this.#view;
    for (; position < end; position += 8) list[index++] = view.getFloat64(position, true);
  }

  /** Reads a packed list of floats with its length, and appends the items to `list`. */
  packedFloats(list: number[]): void {
    let [position, index, end] = this.#packedFixed(4, list);
    const view = this.#view;
    for (; position < end; position += 4) list[index++] = view.getFloat32(position, true);
  }

  /** Returns the bounds of a packed list, and the index of its first item in `list`. */
  #packedFixed(itemSize: number, list: unknown[]): [start: number, index: number, end: number] {
    const length = this.#length();
    const start = this.#advance(length);
    if (length % itemSize !== 0) {
      throw new MalformedInput(`a packed list has ${length} bytes, not a multiple of ${itemSize}`, start);
    }
    const index = list.length;
    const count = length / itemSize;
    // Ten times as fast as appending single items. Beyond the limit, the engine would create a slow sparse array.
    if (count <= MAX_PREPARED_ITEMS) list.length = index + count;
    return [start, index, start + length];
  }

  #skipGroup(startTag: number): void {
    this.#deepen();
    for (;;) {
      const tag = this.tag();
      if ((tag & 7) !== END_GROUP) {
        this.skip(tag);
      } else if (tag === startTag - START_GROUP + END_GROUP) {
        this.#depth -= 1;
        return;
      } else {
        throw new MalformedInput("a group ends that is not the current one", this.#position);
      }
    }
  }

  #deepen(): void {
    this.#depth += 1;
    if (this.#depth <= MAX_DEPTH) return;
    throw new MalformedInput(`there are more than ${MAX_DEPTH} messages inside each other`, this.#position);
  }

  #length(): number {
    return this.#size("a length exceeds 4 GiB");
  }

  /** Reads a varint that must fit in 32 bits. Otherwise, `reason` is the error. */
  #size(reason: string): number {
    const start = this.#position;
    this.#varint();
    if (this.#high !== 0) throw new MalformedInput(reason, start);
    return this.#low >>> 0;
  }

  /** Reads a varint to `#low` and `#high`. */
  #varint(): void {
    const bytes = this.#bytes;
    const end = this.#end;
    let position = this.#position;
    let byte = position < end ? bytes[position] as number : 0x80;
    if (byte < 0x80) {
      this.#position = position + 1;
      this.#low = byte;
      this.#high = 0;
      return;
    }
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 28 && byte > 0x7f; shift += 7) {
      byte = position < end ? bytes[position] as number : this.#endsWithinVarint(position);
      position += 1;
      low |= (byte & 0x7f) << shift;
    }
    if (byte > 0x7f) {
      // The fifth byte has bits of both halves.
      byte = position < end ? bytes[position] as number : this.#endsWithinVarint(position);
      position += 1;
      low |= byte << 28;
      high = (byte & 0x7f) >>> 4;
    }
    for (let shift = 3; byte > 0x7f; shift += 7) {
      if (shift > 31) throw new MalformedInput("a varint has more than 10 bytes", this.#position);
      byte = position < end ? bytes[position] as number : this.#endsWithinVarint(position);
      position += 1;
      high |= (byte & 0x7f) << shift;
    }
    this.#position = position;
    this.#low = low;
    this.#high = high;
  }

  #endsWithinVarint(position: number): never {
    throw new MalformedInput("the message ends within a varint", position);
  }

  /** Moves behind the next `size` bytes. Returns the offset at which they begin. */
  #advance(size: number): number {
    const start = this.#position;
    const left = this.#end - start;
    if (size > left) throw new MalformedInput(`${size} bytes are expected, but only ${left} are left`, start);
    this.#position = start + size;
    return start;
  }
}
