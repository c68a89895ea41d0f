// OwnedNames: which upstream has which name, so that two upstreams cannot have the same one.

/** The owners of topics or services. An upstream may have several channels of one topic. */
export class OwnedNames {
  readonly #owners = new Map<string, { readonly owner: string; count: number }>();
  /** By name: the upstreams that wait until it is free, and what to call then. */
  readonly #waiting = new Map<string, Map<string, () => void>>();

  /**
   * Takes a name. If another upstream has it, returns that upstream. `whenFree` is called once the name is free or has
   * another owner, and must then take the name again. Of several calls for one upstream and name, only the last
   * `whenFree` is called.
   */
  take(name: string, owner: string, whenFree: () => void): string | undefined {
    const entry = this.#owners.get(name);
    if (entry && entry.owner !== owner) {
      const waiting = this.#waiting.get(name) ?? new Map<string, () => void>();
      this.#waiting.set(name, waiting.set(owner, whenFree));
      return entry.owner;
    }
    if (entry) entry.count += 1;
    else this.#owners.set(name, { owner, count: 1 });
    return undefined;
  }

  /** Gives a name back that was taken. */
  release(name: string): void {
    const entry = this.#owners.get(name);
    if (!entry) return;
    entry.count -= 1;
    if (entry.count > 0) return;
    this.#owners.delete(name);
    // Later, because the server must first remove what had the name, and the same upstream may take it again.
    if (this.#waiting.has(name)) queueMicrotask(() => this.#offer(name));
  }

  /** Removes all waits of an upstream. */
  stopWaiting(owner: string): void {
    for (const [name, waiting] of this.#waiting) {
      waiting.delete(owner);
      if (waiting.size === 0) this.#waiting.delete(name);
    }
  }

  /** The first upstream that waits takes the name. The others wait again, and learn the new owner. */
  #offer(name: string): void {
    const waiting = this.#waiting.get(name);
    this.#waiting.delete(name);
    for (const whenFree of [...waiting?.values() ?? []]) whenFree();
  }
}
