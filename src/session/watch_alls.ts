// WatchAlls: a client's subscriptions to all parameters, until it is known which parameters these are.

/** One such subscription. */
export interface WatchAll {
  /** Its place among what the client has said. */
  readonly since: number;
}

/**
 * Remembers what a client unsubscribed from after it had subscribed to all parameters.
 *
 * There may be thousands of these subscriptions, because they wait like other requests. To unsubscribe must not cost time or memory for
 * each of them, so only the time of the last change is noted for each name.
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

  /** All parameters are known, or will never be. */
  end(watch: WatchAll): void {
    this.#pending.delete(watch);
    if (this.#pending.size === 0) this.#unsubscribedAt.clear();
  }

  /** The client subscribed to these by name. */
  subscribed(names: readonly string[]): void {
    for (const name of names) this.#unsubscribedAt.delete(name);
  }

  /** The client unsubscribed from these, `[]` meaning all. */
  unsubscribed(names: readonly string[]): void {
    this.#now += 1;
    if (names.length === 0) this.#allUnsubscribedAt = this.#now;
    if (this.#pending.size === 0) return;
    for (const name of names) this.#unsubscribedAt.set(name, this.#now);
  }

  /** How many names would have to be remembered if the client unsubscribed from these. */
  countWith(names: readonly string[]): number {
    return this.#pending.size === 0 ? 0 : this.#unsubscribedAt.size + names.length;
  }

  /** Those of the names that the client still wants by this subscription. */
  wanted(watch: WatchAll, names: readonly string[]): readonly string[] {
    if (watch.since < this.#allUnsubscribedAt) return [];
    return names.filter((name) => watch.since > (this.#unsubscribedAt.get(name) ?? 0));
  }
}
