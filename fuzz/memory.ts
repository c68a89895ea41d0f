// Memory: whether a process holds on to what it should have let go.

import { settled } from "../tests/support/conversation.ts";

/** Noise: code that was compiled meanwhile, caches that grew to their size. */
const TOLERANCE_BYTES = 8 * 1024 * 1024;
/** Buffers are let go some turns of the event loop after the objects that held them. */
const MAX_TURNS = 50;

/** Watches the memory that is in use, after a garbage collection where the process may ask for one (`--expose-gc`). */
export class MemoryWatch {
  #baseBytes: number | undefined;

  /** To be called once all is warm, and then as often as one likes. Returns what is wrong, if anything is. */
  async check(): Promise<string | undefined> {
    this.#baseBytes ??= usedBytes();
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      if (usedBytes() - this.#baseBytes <= TOLERANCE_BYTES) return undefined;
      await settled();
    }
    return `Memory in use has grown by ${this.growth}`;
  }

  /** How much more is in use than at first, for people. */
  get growth(): string {
    const used = usedBytes();
    return `${((used - (this.#baseBytes ?? used)) / 2 ** 20).toFixed(1)} MiB`;
  }
}

function usedBytes(): number {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}
