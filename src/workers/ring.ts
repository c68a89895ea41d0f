// Ring: passes messages from one thread to several others through shared memory. The writer never waits.

/** A message in the ring. */
export interface RingRecord {
  readonly channelId: number;
  /** The running number of the message on its channel, a uint32. A reader that was lapped finds gaps by it. */
  readonly number: number;
  /** In ns. */
  readonly timestamp: bigint;
  readonly payload: Uint8Array;
}

/** The positions and the flag, in a cache line of their own. */
const HEADER_BYTES = 64;
/** The index of the end of the record that is being written, in 64-bit words. */
const RESERVED = 0;
/** The index of the end of the last complete record, in 64-bit words. */
const HEAD = 1;
/** The index of the start of a record that is less than half of the ring behind the head, in 64-bit words. */
const RECENT = 2;
/** The index of the flag that says whether a reader may sleep, in 32-bit words. */
const SLEEPS = 6;
/** The bytes before each payload: its length, the channel, the number, 4 unused ones, and the timestamp. */
const RECORD_HEADER_BYTES = 24;
/** Instead of a length: the next record is at the start of the ring. */
const WRAPS = 0xffff_ffff;
/** A record takes at most this part of the ring, so that one message does not lap the readers. */
const MAX_PART = 4;

/** The smallest ring, in bytes. */
export const MIN_RING_BYTES = 4096;

/**
 * Allocates a ring.
 *
 * @param bytes Its capacity: at least {@linkcode MIN_RING_BYTES}, rounded up to a multiple of 8.
 */
export function createRing(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + align(bytes));
}

/** Writes records. A ring must have only one writer. */
export class RingWriter {
  /** The size of the largest payload that the ring takes, in bytes. */
  readonly maxPayloadBytes: number;
  readonly #ring: RingMemory;
  #position = 0;
  /** The start of a record. At least a quarter of the ring later, it becomes the position for lapped readers. */
  #mark = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#ring = new RingMemory(memory);
    this.maxPayloadBytes = Math.floor(this.#ring.capacity / MAX_PART) - RECORD_HEADER_BYTES;
  }

  /** The number of bytes that were written so far. Readers use the same positions. */
  get position(): number {
    return this.#position;
  }

  /**
   * Writes a record, and overwrites the oldest ones, whether or not they were read.
   *
   * @param payload At most `maxPayloadBytes`. The bytes are copied.
   */
  write(channelId: number, number: number, timestamp: bigint, payload: Uint8Array): void {
    const { bytes, view, positions, flags, capacity } = this.#ring;
    const size = align(RECORD_HEADER_BYTES + payload.byteLength);
    const at = this.#position % capacity;
    const skipped = at + size > capacity ? capacity - at : 0;
    const start = skipped > 0 ? 0 : at;
    const end = this.#position + skipped + size;
    if (this.#position - this.#mark >= capacity / MAX_PART) {
      Atomics.store(positions, RECENT, BigInt(this.#mark));
      this.#mark = this.#position;
    }
    // Before any byte is overwritten. Not a plain store: on ARM, the bytes could become visible earlier.
    Atomics.exchange(positions, RESERVED, BigInt(end));
    if (skipped > 0) view.setUint32(at, WRAPS);
    view.setUint32(start, payload.byteLength);
    view.setUint32(start + 4, channelId);
    view.setUint32(start + 8, number);
    view.setBigUint64(start + 16, timestamp);
    bytes.set(payload, start + RECORD_HEADER_BYTES);
    this.#position = end;
    Atomics.store(positions, HEAD, BigInt(end));
    if (Atomics.load(flags, SLEEPS) === 0) return;
    Atomics.store(flags, SLEEPS, 0);
    Atomics.notify(positions, HEAD);
  }
}

/** Reads the records of a ring in their order. A ring may have many readers. */
export class RingReader {
  readonly #ring: RingMemory;
  #position: number;
  /** The position behind the record that `read()` returned. */
  #next: number;

  /** Begins with the next record that is written. */
  constructor(memory: SharedArrayBuffer) {
    this.#ring = new RingMemory(memory);
    this.#position = this.#next = this.head;
  }

  /** The position of the next record. */
  get position(): number {
    return this.#position;
  }

  /** The position behind the last complete record. */
  get head(): number {
    return Number(Atomics.load(this.#ring.positions, HEAD));
  }

  /**
   * Returns the next record, whose payload is a view of the ring: copy it, and call `accept()`. Returns `undefined` if
   * the writer has overwritten it: call `skip()`. There must be a record: `position` is less than `head`.
   */
  read(): RingRecord | undefined {
    const { bytes, view, capacity } = this.#ring;
    let start = this.#position % capacity;
    let skipped = 0;
    if (view.getUint32(start) === WRAPS) {
      skipped = capacity - start;
      start = 0;
    }
    // No record begins so close to the end: the position is not that of a record any more.
    if (start + RECORD_HEADER_BYTES > capacity) return undefined;
    const length = view.getUint32(start);
    const channelId = view.getUint32(start + 4);
    const number = view.getUint32(start + 8);
    const timestamp = view.getBigUint64(start + 16);
    if (!this.#isIntact()) return undefined;
    this.#next = this.#position + skipped + align(RECORD_HEADER_BYTES + length);
    const payload = bytes.subarray(start + RECORD_HEADER_BYTES, start + RECORD_HEADER_BYTES + length);
    return { channelId, number, timestamp, payload };
  }

  /**
   * Continues behind the record that `read()` returned. Returns `false` if the writer has overwritten it in the
   * meantime: what was copied is not valid then. Call `skip()`.
   */
  accept(): boolean {
    if (!this.#isIntact()) return false;
    this.#position = this.#next;
    return true;
  }

  /**
   * Continues with a recent record, after the next one was overwritten. The records between are lost, but not the last
   * ones.
   */
  skip(): void {
    const recent = Number(Atomics.load(this.#ring.positions, RECENT));
    // Large records may have overwritten that one as well.
    this.#position = recent > this.#position && this.#isIntact(recent) ? recent : this.head;
    this.#next = this.#position;
  }

  /** Resolves when the writer has written something behind `head`. */
  async wait(head: number): Promise<void> {
    const { positions, flags } = this.#ring;
    const { value } = Atomics.waitAsync(positions, HEAD, BigInt(head));
    // After it sleeps, so that the writer clears the flag only if it wakes this reader. Not a count of readers: a
    // thread that is ended while it sleeps would never be subtracted.
    Atomics.store(flags, SLEEPS, 1);
    // The writer has written in between, without seeing the flag.
    if (this.head !== head) Atomics.notify(positions, HEAD);
    await value;
  }

  /** Whether the writer has not begun to overwrite the record at this position. */
  #isIntact(position: number = this.#position): boolean {
    const { positions, capacity } = this.#ring;
    // Not a plain load: on ARM, the reads before it could happen later.
    return Number(Atomics.add(positions, RESERVED, 0n)) - position <= capacity;
  }
}

/** The views of a ring. */
class RingMemory {
  readonly capacity: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly positions: BigInt64Array<SharedArrayBuffer>;
  readonly flags: Int32Array<SharedArrayBuffer>;

  constructor(memory: SharedArrayBuffer) {
    this.capacity = memory.byteLength - HEADER_BYTES;
    this.bytes = new Uint8Array(memory, HEADER_BYTES);
    this.view = new DataView(memory, HEADER_BYTES);
    this.positions = new BigInt64Array(memory, 0, HEADER_BYTES / 8);
    this.flags = new Int32Array(memory, 0, HEADER_BYTES / 4);
  }
}

/** Returns the next multiple of 8, so that a record header never wraps. */
function align(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
