// WatchAlls: a client's subscriptions to all parameters, until the names of all parameters are known.

/** A pending subscription to all parameters. */
export interface WatchAll {
  /** Its position in the sequence of the client's subscriptions to all parameters and its unsubscriptions. */
  readonly since: number;
}

/**
 * Remembers the parameters from which a client unsubscribes after it has subscribed to all parameters.
 *
 * There may be thousands of these subscriptions, because they are queued like other requests. Unsubscribing must not
 * cost time or memory for each of them. So only the position of the last unsubscription is stored for each name.
 */
export class WatchAlls {
  readonly #pending = new Set<WatchAll>();
  readonly #unsubscribedAt = new Map<string, number>();
  #allUnsubscribedAt = 0;
  #now = 0;

  begin(): WatchAll {
    this.#now += 1;
    const watch: WatchAll = { since: this.#now };
    this.#pending.add(watch);
    return watch;
  }

  /** Ends a pending subscription: the names are known, or the hook failed to list them. */
  end(watch: WatchAll): void {
    this.#pending.delete(watch);
    if (this.#pending.size === 0) this.#unsubscribedAt.clear();
  }

  /** Records that the client subscribed to these names. */
  subscribed(names: readonly string[]): void {
    for (const name of names) this.#unsubscribedAt.delete(name);
  }

  /** Records that the client unsubscribed from these names; `[]` means all. */
  unsubscribed(names: readonly string[]): void {
    this.#now += 1;
    if (names.length === 0) this.#allUnsubscribedAt = this.#now;
    if (this.#pending.size === 0) return;
    for (const name of names) this.#unsubscribedAt.set(name, this.#now);
  }

  /** The maximum number of names to remember if the client unsubscribes from these. */
  countWith(names: readonly string[]): number {
    return this.#pending.size === 0 ? 0 : this.#unsubscribedAt.size + names.length;
  }

  /** Returns the names that the client still watches through this subscription. */
  notExcepted(watch: WatchAll, names: readonly string[]): readonly string[] {
    if (watch.since < this.#allUnsubscribedAt) return [];
    return names.filter((name) => watch.since > (this.#unsubscribedAt.get(name) ?? 0));
  }
}
