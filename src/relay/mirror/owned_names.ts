// OwnedNames: which upstream has which name, so that two upstreams cannot have the same one.

/** The owners of topics or services. An upstream may have several channels of one topic. */
export class OwnedNames {
  readonly #owners = new Map<string, { readonly owner: string; count: number }>();

  /** Takes a name. Returns the upstream that has it instead, if there is one. */
  take(name: string, owner: string): string | undefined {
    const entry = this.#owners.get(name);
    if (entry && entry.owner !== owner) return entry.owner;
    if (entry) entry.count += 1;
    else this.#owners.set(name, { owner, count: 1 });
    return undefined;
  }

  /** Gives a name back that was taken. */
  release(name: string): void {
    const entry = this.#owners.get(name);
    if (!entry) return;
    entry.count -= 1;
    if (entry.count === 0) this.#owners.delete(name);
  }
}
