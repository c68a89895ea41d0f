// FakeClock: time that passes only when a test says so.

/** In the place of `performance.now()` until it is disposed of. */
export class FakeClock implements Disposable {
  nowMs = 1000;

  constructor() {
    performance.now = () => this.nowMs;
  }

  [Symbol.dispose](): void {
    // The real one is the prototype's.
    delete (performance as { now?: unknown }).now;
  }
}
