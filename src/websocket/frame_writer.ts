// FrameWriter: writes the frames of one WebSocket, many at once.

import { BATCH_BYTES, type BatchPool } from "./batch_pool.ts";
import { frameHeaderBytes, Opcode, writeFrameHeader } from "./frame_header.ts";

/** The part of a network socket that a writer uses. The sockets of `node:net` and `node:tls` have it. */
export interface ByteSink {
  /**
   * Writes bytes, which must not change until `done` is called. It is called when the operating system has taken the
   * bytes, or when that has failed.
   */
  write(bytes: Uint8Array, done: () => void): unknown;
  /** Collects all writes until `uncork()`. */
  cork(): void;
  /** Passes the collected writes to the operating system, in one system call. */
  uncork(): void;
}

/** Options of {@linkcode FrameWriter}. */
export interface FrameWriterOptions {
  pool: BatchPool;
  /** The current time in ms. */
  now: () => number;
  /**
   * Called when a write has ended. The callee may write more frames, which are sent at once. `wasSlow`: whether the
   * operating system has taken the bytes only after a while, because the peer had to read others first.
   */
  onWritten: (wasSlow: boolean) => void;
}

/** Up to this size, copying a message is cheaper than a part of its own in a write. */
export const MAX_COPIED_BYTES: number = BATCH_BYTES / 4;

/**
 * How many bytes a slow connection hands to the network at once. Bytes in a write cannot be dropped or replaced by
 * newer data, so a slow client should have few of them.
 */
const MIN_WRITE_BYTES = 256 * 1024;
/** A write that ends within this time was fast: the next one may be twice as large. In ms. */
const FAST_MS = 5;
/** After a write that took longer than this, writes are small again. In ms. */
const SLOW_MS = 20;
/** How many bytes are collected for the next write while one is under way. */
const MAX_WAITING_BYTES = 256 * 1024;

/** The longest header of a frame. */
const MAX_HEADER_BYTES = 10;

/** Memory that a write uses. */
interface Lease {
  readonly buffers: Uint8Array<ArrayBuffer>[];
  readonly releases: (() => void)[];
}

const UTF8 = new TextEncoder();

/**
 * Collects frames, and writes them when the running code has ended: system calls take more time than all the rest. Only
 * one write is under way at a time.
 *
 * Small frames are copied into one buffer. Large messages are not copied, so that all clients can share their bytes.
 */
export class FrameWriter {
  readonly #sink: ByteSink;
  readonly #options: FrameWriterOptions;
  /** The buffer that collects small frames. The bytes from `#start` to `#end` belong to no part yet. */
  #batch: Uint8Array<ArrayBuffer> | undefined;
  #start = 0;
  #end = 0;
  #parts: Uint8Array[] = [];
  #lease: Lease = { buffers: [], releases: [] };
  #waitingBytes = 0;
  #writingBytes = 0;
  #writeBytes = MIN_WRITE_BYTES;
  #isScheduled = false;
  #isStopped = false;
  #onEmpty: (() => void) | undefined;

  constructor(sink: ByteSink, options: FrameWriterOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  /** How many bytes the operating system has not taken yet, headers of frames included. */
  get queuedBytes(): number {
    return this.#waitingBytes + this.#writingBytes;
  }

  /** Whether more should be written now. Nothing enforces it. */
  get hasRoom(): boolean {
    return this.#waitingBytes < (this.#writingBytes > 0 ? MAX_WAITING_BYTES : this.#writeBytes);
  }

  /** Writes a text message. */
  writeText(text: string): void {
    if (this.#isStopped) return;
    // UTF-8 takes at most three bytes for each UTF-16 unit.
    if (text.length * 3 > MAX_COPIED_BYTES) return this.#writeLargeText(text);
    const batch = this.#reserve(text.length * 3);
    // Correct for ASCII.
    const start = this.#end + frameHeaderBytes(text.length);
    const { written } = UTF8.encodeInto(text, batch.subarray(start));
    const payload = this.#end + frameHeaderBytes(written);
    if (payload !== start) batch.copyWithin(payload, start, start + written);
    writeFrameHeader(batch, this.#end, { opcode: Opcode.TEXT, length: written });
    this.#advance(payload + written);
  }

  /** Writes a binary message. The bytes are copied. */
  writeBinary(bytes: Uint8Array): void {
    if (this.#isStopped) return;
    const { length } = bytes;
    if (length <= MAX_COPIED_BYTES) return this.#writeCopied(Opcode.BINARY, bytes);
    const buffer = this.#options.pool.large.take(length);
    buffer.set(bytes);
    this.#writeOwned(Opcode.BINARY, buffer, length);
  }

  /**
   * Writes a binary message that consists of `head`, which is copied, and `rest`, which must not change until `release`
   * is called. `isCompressed`: whether these are a compressed message (RFC 7692).
   */
  writeShared(head: Uint8Array, rest: Uint8Array, release: () => void, isCompressed = false): void {
    if (this.#isStopped) return release();
    const length = head.length + rest.length;
    const isCopied = length <= MAX_COPIED_BYTES;
    const batch = this.#reserve(isCopied ? length : head.length);
    const start = writeFrameHeader(batch, this.#end, { opcode: Opcode.BINARY, isCompressed, length });
    batch.set(head, start);
    if (isCopied) {
      batch.set(rest, start + head.length);
      this.#advance(start + length);
      return release();
    }
    this.#lease.releases.push(release);
    this.#advance(start + head.length, rest);
  }

  /**
   * Writes a control frame. `payload`: at most 125 bytes, which are copied. `done` is called when the operating system
   * has taken the frame, or when the writer has stopped.
   */
  writeControl(opcode: Opcode, payload: Uint8Array, done?: () => void): void {
    if (this.#isStopped) return done?.();
    if (done) this.#lease.releases.push(done);
    this.#writeCopied(opcode, payload);
  }

  /** Begins a write now, unless one is under way. */
  flush(): void {
    if (this.#writingBytes > 0 || this.#waitingBytes === 0 || this.#isStopped) return;
    this.#writingBytes = this.#waitingBytes;
    const { parts, lease } = this.#takeWaiting();
    const startedAt = this.#options.now();
    const done = () => this.#written(lease, startedAt);
    const last = parts.pop() as Uint8Array;
    if (parts.length === 0) return void this.#sink.write(last, done);
    this.#sink.cork();
    for (const part of parts) this.#sink.write(part, nothing);
    this.#sink.write(last, done);
    this.#sink.uncork();
  }

  /** Writes everything now, and then calls `callback`. It is not called after `stop()`. */
  whenEmpty(callback: () => void): void {
    this.#onEmpty = callback;
    this.flush();
    this.#checkEmpty();
  }

  /** Writes nothing more, and frees what no write uses. A write under way frees its memory when it ends. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#free(this.#takeWaiting().lease);
  }

  /** Returns the parts that wait to be written, and the memory that they use. Nothing waits any more. */
  #takeWaiting(): { parts: Uint8Array[]; lease: Lease } {
    this.#endPart();
    if (this.#batch) this.#lease.buffers.push(this.#batch);
    const taken = { parts: this.#parts, lease: this.#lease };
    this.#batch = undefined;
    this.#parts = [];
    this.#lease = { buffers: [], releases: [] };
    this.#waitingBytes = 0;
    return taken;
  }

  #writeCopied(opcode: Opcode, bytes: Uint8Array): void {
    const batch = this.#reserve(bytes.length);
    const start = writeFrameHeader(batch, this.#end, { opcode, length: bytes.length });
    batch.set(bytes, start);
    this.#advance(start + bytes.length);
  }

  #writeLargeText(text: string): void {
    const { large } = this.#options.pool;
    // Most text is ASCII. The garbage of a new buffer for each text would stall the program.
    const buffer = large.take(text.length);
    const { read, written } = UTF8.encodeInto(text, buffer);
    if (read === text.length) return this.#writeOwned(Opcode.TEXT, buffer, written);
    large.recycle(buffer);
    const bytes = UTF8.encode(text);
    this.#writeOwned(Opcode.TEXT, bytes, bytes.length);
  }

  /** Writes the first `length` bytes of a buffer that nothing else uses. */
  #writeOwned(opcode: Opcode, buffer: Uint8Array<ArrayBuffer>, length: number): void {
    const { large } = this.#options.pool;
    const start = writeFrameHeader(this.#reserve(0), this.#end, { opcode, length });
    this.#lease.releases.push(() => large.recycle(buffer));
    this.#advance(start, buffer.subarray(0, length));
  }

  /** Returns the buffer for small frames, with room for a header and `bytes` more at `#end`. */
  #reserve(bytes: number): Uint8Array<ArrayBuffer> {
    const { pool } = this.#options;
    const batch = this.#batch;
    const length = MAX_HEADER_BYTES + bytes;
    if (!batch) {
      this.#start = this.#end = 0;
      return this.#batch = pool.take(length);
    }
    if (this.#end + length <= batch.length) return batch;
    const isShared = this.#start > 0;
    if (isShared || this.#end + length > BATCH_BYTES) {
      this.#endPart();
      this.#lease.buffers.push(batch);
      this.#start = this.#end = 0;
      return this.#batch = pool.take(BATCH_BYTES);
    }
    // The first buffer is small, and no part uses it yet.
    const larger = pool.take(BATCH_BYTES);
    larger.set(batch.subarray(0, this.#end));
    pool.recycle(batch);
    return this.#batch = larger;
  }

  /** Counts the bytes of the buffer up to `end`, and those of another part that follows them. */
  #advance(end: number, part?: Uint8Array): void {
    this.#waitingBytes += end - this.#end;
    this.#end = end;
    if (part && part.length > 0) {
      this.#endPart();
      this.#parts.push(part);
      this.#waitingBytes += part.length;
    }
    if (this.#writingBytes > 0) return;
    if (this.#waitingBytes >= this.#writeBytes) return this.flush();
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }

  #endPart(): void {
    if (this.#batch && this.#end > this.#start) this.#parts.push(this.#batch.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }

  #written(lease: Lease, startedAt: number): void {
    this.#writingBytes = 0;
    this.#free(lease);
    if (this.#isStopped) return;
    const { pool, now, onWritten } = this.#options;
    const durationMs = now() - startedAt;
    const wasSlow = durationMs > SLOW_MS;
    if (durationMs <= FAST_MS) this.#writeBytes = Math.min(this.#writeBytes * 2, pool.maxWriteBytes);
    else if (wasSlow) this.#writeBytes = MIN_WRITE_BYTES;
    onWritten(wasSlow);
    this.flush();
    this.#checkEmpty();
  }

  #checkEmpty(): void {
    if (this.queuedBytes > 0 || this.#isStopped) return;
    this.#onEmpty?.();
    this.#onEmpty = undefined;
  }

  #free({ buffers, releases }: Lease): void {
    for (const buffer of buffers) this.#options.pool.recycle(buffer);
    for (const release of releases) release();
  }
}

function nothing(): void {}
