// Advertised: the channels or services that the server advertises, by id and by name.

import { BoundedMap, type KeepLimits } from "./bounded_map.ts";
import { isEqual } from "../protocol/is_equal.ts";
import { SetsByKey } from "./sets_by_key.ts";

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
  limits: KeepLimits;
  /** See {@linkcode BoundedMap}. */
  onFull: () => void;
}

/** A list of items with an id and a name. Several items may have the same name. */
export class Advertised<Key, T extends { id: Key }> {
  readonly #nameOf: (item: T) => string;
  readonly #items: BoundedMap<Key, T>;
  readonly #byName = new SetsByKey<string, T>();

  constructor({ nameOf, limits, onFull }: AdvertisedOptions<T>) {
    this.#nameOf = nameOf;
    this.#items = new BoundedMap(limits, onFull);
  }

  get byId(): ReadonlyMap<Key, T> {
    return this.#items.entries;
  }

  /** All items with this name: usually one, but servers may advertise several. */
  allNamed(name: string): Iterable<T> {
    return this.#byName.get(name);
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
      if (before && isSame(before, item)) continue;
      if (before) {
        changes.removed.push(before);
        this.#byName.delete(this.#nameOf(before), before);
      }
      if (!this.#items.set(id, item)) continue;
      changes.added.push(item);
      this.#byName.add(this.#nameOf(item), item);
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
      this.#byName.delete(this.#nameOf(item), item);
    }
    return removed;
  }

  /** Removes all items and returns them. */
  clear(): T[] {
    const removed = [...this.byId.values()];
    this.#items.clear();
    this.#byName.takeAll();
    return removed;
  }
}

/** Whether two items are equal. Channels without metadata equal those with empty metadata. */
function isSame(one: object, other: object): boolean {
  return isEqual({ metadata: {}, ...one }, { metadata: {}, ...other });
}
