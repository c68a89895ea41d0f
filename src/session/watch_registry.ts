// WatchRegistry: which clients watch which keys, and which keys gain a first watcher or lose the last one.

/**
 * A many-to-many relation between clients and keys. Reports when a key gains its first client or loses its last client.
 */
export class WatchRegistry<Client, Key> {
  readonly #clientsOf = new Map<Key, Set<Client>>();
  readonly #keysOf = new Map<Client, Set<Key>>();

  /** Adds keys that `client` watches. Returns the keys that had no client before. */
  add(client: Client, keys: Iterable<Key>): Key[] {
    const own = this.#keysOf.get(client) ?? new Set();
    const first: Key[] = [];
    for (const key of keys) {
      own.add(key);
      const clients = this.#clientsOf.get(key);
      if (clients) {
        clients.add(client);
      } else {
        this.#clientsOf.set(key, new Set([client]));
        first.push(key);
      }
    }
    if (own.size > 0) this.#keysOf.set(client, own);
    return first;
  }

  /** Removes keys that `client` watches, and ignores other keys. Returns the keys that have no client any more. */
  remove(client: Client, keys: Iterable<Key>): Key[] {
    const own = this.#keysOf.get(client);
    if (!own) return [];
    const last: Key[] = [];
    for (const key of keys) {
      if (!own.delete(key)) continue;
      const clients = this.#clientsOf.get(key);
      clients?.delete(client);
      if (clients?.size === 0) {
        this.#clientsOf.delete(key);
        last.push(key);
      }
    }
    if (own.size === 0) this.#keysOf.delete(client);
    return last;
  }

  /** Removes all keys of `client`. Returns the keys that have no client any more. */
  removeClient(client: Client): Key[] {
    return this.remove(client, [...this.#keysOf.get(client) ?? []]);
  }

  /** How many keys `client` would watch if these were added. */
  countWith(client: Client, keys: Iterable<Key>): number {
    const own = this.#keysOf.get(client) ?? new Set();
    return own.size + new Set(keys).difference(own).size;
  }

  /** The clients that watch `key`. */
  clientsOf(key: Key): Iterable<Client> {
    return this.#clientsOf.get(key) ?? [];
  }

  /** Whether any client watches `key`. */
  has(key: Key): boolean {
    return this.#clientsOf.has(key);
  }
}
