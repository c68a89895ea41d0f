// MemoryWatch: finds memory leaks of this process.

import { settled } from "../tests/support/conversation.ts";

/** Tolerates compiled code and caches. */
const TOLERANCE_BYTES = 8 * 1024 * 1024;
/** Buffers are freed some turns of the event loop after the objects that used them. */
const MAX_TURNS = 50;

/** Measures the used memory, after a garbage collection if the process runs with `--expose-gc`. */
export class MemoryWatch {
  #baseBytes: number | undefined;

  /** Returns an error text if memory has grown since the first call. Call it first after a warm-up. */
  async check(): Promise<string | undefined> {
    this.#baseBytes ??= usedBytes();
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      if (usedBytes() - this.#baseBytes <= TOLERANCE_BYTES) return undefined;
      await settled();
    }
    return `Memory in use has grown by ${this.growth}`;
  }

  /** The growth since the first call, as text. */
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
