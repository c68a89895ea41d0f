// RecentIds: remembers ids that a client may still use, though they name nothing.

const MAX_IDS = 1000;

/** Up to 1000 ids, the newest ones. */
export class RecentIds<Id> {
  readonly #ids = new Set<Id>();

  has(id: Id): boolean {
    return this.#ids.has(id);
  }

  /** Remembers an id, and forgets the oldest if there are too many. */
  add(id: Id): void {
    this.#ids.delete(id);
    this.#ids.add(id);
    if (this.#ids.size <= MAX_IDS) return;
    for (const oldest of this.#ids.values().take(1)) this.#ids.delete(oldest);
  }

  /** Remembers many ids. Of a list that is too long, only the end is read. */
  addAll(ids: readonly Id[]): void {
    for (const id of ids.slice(-MAX_IDS)) this.add(id);
  }

  /** Returns whether it was remembered. */
  delete(id: Id): boolean {
    return this.#ids.delete(id);
  }
}
