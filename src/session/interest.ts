// Interest: which clients want which keys, and which keys became wanted or unwanted by a change.

/** A many-to-many relation between clients and keys that knows when a key gains its first or loses its last client. */
export class Interest<Client, Key> {
  readonly #clientsOf = new Map<Key, Set<Client>>();
  readonly #keysOf = new Map<Client, Set<Key>>();

  /** Adds the keys to what `client` wants. Returns those that nobody wanted before. */
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

  /** Removes the keys from what `client` wants; those that it did not want are passed over. Returns those that nobody wants now. */
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

  /** Forgets all that `client` wants. Returns the keys that nobody wants now. */
  removeClient(client: Client): Key[] {
    return this.remove(client, [...this.#keysOf.get(client) ?? []]);
  }

  /** How many keys `client` would want if these were added. */
  countWith(client: Client, keys: Iterable<Key>): number {
    const own = this.#keysOf.get(client) ?? new Set();
    return own.size + new Set(keys).difference(own).size;
  }

  /** Who wants `key`. */
  clientsOf(key: Key): Iterable<Client> {
    return this.#clientsOf.get(key) ?? [];
  }

  /** Whether anybody wants `key`. */
  has(key: Key): boolean {
    return this.#clientsOf.has(key);
  }
}
