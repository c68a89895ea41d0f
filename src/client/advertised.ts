// Advertised: the channels or services that the server advertises, by id and by name.

import { BoundedMap, type KeepLimits } from "./bounded_map.ts";

/**
 * The changes of an {@linkcode Advertised} list. A replaced item is in both lists. A new item that exceeds the limits
 * is in neither list. If it has the id of an older item, that item is in `removed`.
 */
export interface Changes<T> {
  removed: T[];
  added: T[];
}

/** Options of an {@linkcode Advertised} list. */
export interface AdvertisedOptions<T> {
  nameOf: (item: T) => string;
  isSame: (one: T, other: T) => boolean;
  limits: KeepLimits;
  /** See {@linkcode BoundedMap}. */
  onFull: () => void;
}

/** A list of items with an id and a name. Several items may have the same name. */
export class Advertised<Key, T extends { id: Key }> {
  readonly #nameOf: (item: T) => string;
  readonly #isSame: (one: T, other: T) => boolean;
  readonly #items: BoundedMap<Key, T>;
  readonly #byName = new Map<string, Set<T>>();

  constructor({ nameOf, isSame, limits, onFull }: AdvertisedOptions<T>) {
    this.#nameOf = nameOf;
    this.#isSame = isSame;
    this.#items = new BoundedMap(limits, onFull);
  }

  get byId(): ReadonlyMap<Key, T> {
    return this.#items.entries;
  }

  /** All items with this name: usually one, but servers may advertise several. */
  allNamed(name: string): Iterable<T> {
    return this.#byName.get(name) ?? [];
  }

  /** The item that was added first under this name. */
  firstNamed(name: string): T | undefined {
    const [first] = this.allNamed(name);
    return first;
  }

  /** Adds items, and replaces items with the same id. Ignores an item that equals the existing one. */
  add(items: readonly T[]): Changes<T> {
    const changes: Changes<T> = { removed: [], added: [] };
    // If a message lists an id twice, the last entry counts.
    for (const [id, item] of new Map(items.map((item) => [item.id, item]))) {
      const before = this.byId.get(id);
      if (before && this.#isSame(before, item)) continue;
      if (before) {
        changes.removed.push(before);
        this.#removeFromIndex(before);
      }
      if (!this.#items.set(id, item)) continue;
      changes.added.push(item);
      this.#addToIndex(item);
    }
    return changes;
  }

  /** Returns the removed items. Unknown ids are ignored. */
  remove(ids: readonly Key[]): T[] {
    const removed: T[] = [];
    for (const id of ids) {
      const item = this.#items.delete(id);
      if (item === undefined) continue;
      removed.push(item);
      this.#removeFromIndex(item);
    }
    return removed;
  }

  /** Removes all items and returns them. */
  clear(): T[] {
    const removed = [...this.byId.values()];
    this.#items.clear();
    this.#byName.clear();
    return removed;
  }

  #addToIndex(item: T): void {
    const name = this.#nameOf(item);
    const others = this.#byName.get(name);
    if (others) others.add(item);
    else this.#byName.set(name, new Set([item]));
  }

  #removeFromIndex(item: T): void {
    const name = this.#nameOf(item);
    const all = this.#byName.get(name);
    all?.delete(item);
    if (all?.size === 0) this.#byName.delete(name);
  }
}
