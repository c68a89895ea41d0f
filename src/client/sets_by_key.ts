// SetsByKey: several items under each key.

/** Items by key. A key without items does not exist. */
export class SetsByKey<Key, T> {
  readonly #sets = new Map<Key, Set<T>>();

  /** Whether no key has items. */
  get isEmpty(): boolean {
    return this.#sets.size === 0;
  }

  /** The keys that have items. */
  keys(): Iterable<Key> {
    return this.#sets.keys();
  }

  has(key: Key): boolean {
    return this.#sets.has(key);
  }

  /** The items of a key, in the order in which they were added. */
  get(key: Key): Iterable<T> {
    return this.#sets.get(key) ?? [];
  }

  add(key: Key, item: T): void {
    const items = this.#sets.get(key);
    if (items) items.add(item);
    else this.#sets.set(key, new Set([item]));
  }

  delete(key: Key, item: T): void {
    const items = this.#sets.get(key);
    items?.delete(item);
    if (items?.size === 0) this.#sets.delete(key);
  }

  /** Removes and returns the items of a key. */
  take(key: Key): Iterable<T> {
    const items = this.get(key);
    this.#sets.delete(key);
    return items;
  }

  /** Removes and returns all items. */
  takeAll(): T[] {
    const items = [...this.#sets.values()].flatMap((items) => [...items]);
    this.#sets.clear();
    return items;
  }
}
