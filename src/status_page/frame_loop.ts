// FrameLoop: calls functions once for each animation frame.

/** Calls functions before each repaint. Browsers stop this for pages that are not visible. */
export class FrameLoop {
  readonly #draws = new Set<() => void>();
  #request: number | undefined;

  /** Adds a function. Returns a function that removes it. */
  add(draw: () => void): () => void {
    // A function may be added twice.
    const entry = () => draw();
    this.#draws.add(entry);
    this.#request ??= requestAnimationFrame(this.#run);
    return () => void this.#draws.delete(entry);
  }

  readonly #run = (): void => {
    this.#request = this.#draws.size > 0 ? requestAnimationFrame(this.#run) : undefined;
    for (const draw of this.#draws) {
      try {
        draw();
      } catch (error) {
        // One broken panel must not stop the others. The error is reported once, or it would repeat in every frame.
        this.#draws.delete(draw);
        reportError(error);
      }
    }
  };
}

/** Returns a function that calls `work`, unless `work` was called less than `ms` milliseconds ago. */
export function atMostEvery(ms: number, work: () => void): () => void {
  let lastMs = -Infinity;
  return () => {
    const nowMs = performance.now();
    if (nowMs - lastMs < ms) return;
    lastMs = nowMs;
    work();
  };
}
