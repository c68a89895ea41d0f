// LimitWarnings: warns once for each kind of entries, such as channels, that exceeds the limits of the client.

/**
 * Collects the kinds of entries that exceed the limits. Hooks must not see a half-done update, so warnings follow after
 * it.
 */
export class LimitWarnings {
  readonly #maxKept: number;
  readonly #warn: (message: string) => void;
  /** The kinds that exceed the limits on the current connection. */
  readonly #exceeded = new Set<string>();
  /** The exceeded kinds that still need a warning. */
  #pending: string[] = [];

  constructor(maxKept: number, warn: (message: string) => void) {
    this.#maxKept = maxKept;
    this.#warn = warn;
  }

  /** Records that entries of this kind, such as "channels", exceed the limits. Does not warn yet. */
  record(kind: string): void {
    if (this.#exceeded.has(kind)) return;
    this.#exceeded.add(kind);
    this.#pending.push(kind);
  }

  /** Passes the pending warnings to the callback. */
  flush(): void {
    // Fast path: this runs after every message.
    if (this.#pending.length === 0) return;
    for (const kind of this.#pending.splice(0)) {
      this.#warn(
        `Cannot keep more ${kind}: "maxKept" (${this.#maxKept}) or "maxKeptBytes" is reached; the rest is ignored`,
      );
    }
  }

  /** Starts again for a new connection. */
  reset(): void {
    this.#exceeded.clear();
  }
}
