// RecentIds: remembers ids of removed or rejected objects, because clients may still use them.

const MAX_IDS = 1000;

/** The newest ids, up to 1000. */
export class RecentIds<Id> {
  readonly #ids = new Set<Id>();

  has(id: Id): boolean {
    return this.#ids.has(id);
  }

  /** Adds an id, and removes the oldest one if there are too many. */
  add(id: Id): void {
    this.#ids.delete(id);
    this.#ids.add(id);
    if (this.#ids.size <= MAX_IDS) return;
    for (const oldest of this.#ids.values().take(1)) this.#ids.delete(oldest);
  }

  /** Adds many ids. Only the last 1000 entries of `ids` are read. */
  addAll(ids: readonly Id[]): void {
    for (const id of ids.slice(-MAX_IDS)) this.add(id);
  }

  /** Removes an id. Returns whether it was remembered. */
  delete(id: Id): boolean {
    return this.#ids.delete(id);
  }
}
