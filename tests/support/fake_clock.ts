// FakeClock: a `performance.now()` that changes only when a test sets it.

/** Replaces `performance.now()` until disposal. */
export class FakeClock implements Disposable {
  nowMs = 1000;

  constructor() {
    performance.now = () => this.nowMs;
  }

  [Symbol.dispose](): void {
    // Uncovers the real method, which is a member of the prototype.
    delete (performance as { now?: unknown }).now;
  }
}
