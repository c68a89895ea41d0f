// Inbox: merges the records of the ring and the batches of orders into the order in which the producer wrote them.

import { Deque } from "../../deque.ts";
import type { Batch } from "../messages.ts";
import type { RingReader, RingRecord } from "../ring.ts";

/**
 * How much is read from the ring in one turn of the event loop. More would fill the queues of the clients, because
 * their sockets take data only between turns.
 */
const RECORDS_PER_TURN = 64;
const BYTES_PER_TURN = 256 * 1024;

/** The parts of a worker that its inbox uses. */
export interface InboxParts {
  ring: RingReader;
  /** The number of batches that the producer has posted. */
  posted: Int32Array<SharedArrayBuffer>;
  /** Must copy the payload, and then call `accept`. If that returns `false`, the copy is not valid. */
  onRecord(record: RingRecord, accept: () => boolean): void;
  onBatch(batch: Batch): void;
}

/** What a worker has to do. */
export class Inbox {
  readonly #parts: InboxParts;
  readonly #batches = new Deque<Batch>();
  readonly #accept: () => boolean;
  #received = 0;
  /** The position of the last received batch. Those that follow have no smaller one. */
  #lastPosition = 0;
  #isScheduled = false;
  #isWaiting = false;

  constructor(parts: InboxParts) {
    this.#parts = parts;
    this.#accept = () => parts.ring.accept();
  }

  /** Begins to read the ring. */
  start(): void {
    this.#drain();
  }

  receive(batch: Batch): void {
    // Like the counter in shared memory, this wraps at 2 ** 31.
    this.#received = (this.#received + 1) | 0;
    this.#lastPosition = batch.position;
    this.#batches.push(batch);
    if (!this.#isScheduled) this.#drain();
  }

  #drain(): void {
    const { ring, posted, onBatch } = this.#parts;
    let records = 0;
    let bytes = 0;
    while (true) {
      const batch = this.#batches.first;
      if (batch && batch.position <= ring.position) {
        this.#batches.shift();
        onBatch(batch);
        continue;
      }
      // In this order: a batch that was posted before the last complete record is counted then.
      const { head } = ring;
      const isComplete = Atomics.load(posted, 0) === this.#received;
      // A batch that has not arrived may come before the records behind the last batch.
      const limit = batch?.position ?? (isComplete ? head : this.#lastPosition);
      if (ring.position >= limit) {
        if (isComplete && !batch) this.#wait(head);
        return;
      }
      if (records >= RECORDS_PER_TURN || bytes >= BYTES_PER_TURN) return this.#continueLater();
      records += 1;
      bytes += this.#readRecord();
    }
  }

  /** Returns the size of the payload. */
  #readRecord(): number {
    const { ring, onRecord } = this.#parts;
    const record = ring.read();
    if (!record) {
      ring.skip();
      return 0;
    }
    const { position } = ring;
    onRecord(record, this.#accept);
    // The writer has overwritten it.
    if (ring.position === position) ring.skip();
    return record.payload.byteLength;
  }

  #continueLater(): void {
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#drain();
    });
  }

  #wait(head: number): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    void this.#parts.ring.wait(head).then(() => {
      this.#isWaiting = false;
      if (!this.#isScheduled) this.#drain();
    });
  }
}
