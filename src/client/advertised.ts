// Advertised: the channels, or the services, that the server advertises, by id and by name.

import { BoundedMap, type KeepLimits } from "./bounded_map.ts";

/** What changed in a list. A thing that was replaced is in both; one for which there is no room is in neither, or gone. */
export interface Changes<T> {
  gone: T[];
  added: T[];
}

/** What an {@linkcode Advertised} list has to know of its things. */
export interface AdvertisedOptions<T> {
  nameOf: (item: T) => string;
  isSame: (one: T, other: T) => boolean;
  limits: KeepLimits;
  /** See {@linkcode BoundedMap}. */
  onFull: () => void;
}

/** Things with an id and a name. */
export class Advertised<Key, T extends { id: Key }> {
  readonly #nameOf: (item: T) => string;
  readonly #isSame: (one: T, other: T) => boolean;
  readonly #kept: BoundedMap<Key, T>;
  readonly #byName = new Map<string, Set<T>>();

  constructor({ nameOf, isSame, limits, onFull }: AdvertisedOptions<T>) {
    this.#nameOf = nameOf;
    this.#isSame = isSame;
    this.#kept = new BoundedMap(limits, onFull);
  }

  get byId(): ReadonlyMap<Key, T> {
    return this.#kept.entries;
  }

  /** Those of this name: one, unless the server gives several the same name. */
  named(name: string): Iterable<T> {
    return this.#byName.get(name) ?? [];
  }

  /** The first of this name. */
  firstNamed(name: string): T | undefined {
    const [first] = this.named(name);
    return first;
  }

  /** Takes things in. One that is there already, and the same, is passed over. */
  add(items: readonly T[]): Changes<T> {
    const changes: Changes<T> = { gone: [], added: [] };
    // Where a message lists an id twice, the last entry holds.
    for (const [id, item] of new Map(items.map((item) => [item.id, item]))) {
      const before = this.byId.get(id);
      if (before && this.#isSame(before, item)) continue;
      if (before) {
        changes.gone.push(before);
        this.#unlist(before);
      }
      if (!this.#kept.set(id, item)) continue;
      changes.added.push(item);
      this.#list(item);
    }
    return changes;
  }

  /** Returns those that were there. */
  remove(ids: readonly Key[]): T[] {
    const gone: T[] = [];
    for (const id of ids) {
      const item = this.#kept.delete(id);
      if (item === undefined) continue;
      gone.push(item);
      this.#unlist(item);
    }
    return gone;
  }

  /** Returns those that were there. */
  clear(): T[] {
    const gone = [...this.byId.values()];
    this.#kept.clear();
    this.#byName.clear();
    return gone;
  }

  #list(item: T): void {
    const name = this.#nameOf(item);
    const others = this.#byName.get(name);
    if (others) others.add(item);
    else this.#byName.set(name, new Set([item]));
  }

  #unlist(item: T): void {
    const name = this.#nameOf(item);
    const all = this.#byName.get(name);
    all?.delete(item);
    if (all?.size === 0) this.#byName.delete(name);
  }
}
