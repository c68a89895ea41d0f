// AssetCache: assets of upstreams, by upstream and URI, up to a size.

/** Keeps the assets that were used last. Requests for the same asset share one fetch. */
export class AssetCache {
  readonly #maxBytes: number;
  /** The least recently used asset first. */
  readonly #assets = new Map<string, Uint8Array>();
  readonly #fetches = new Map<string, Promise<Uint8Array>>();
  #bytes = 0;
  #hits = 0;
  #misses = 0;

  /** `maxBytes`: the size of all kept assets together. 0: keeps none. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** What the cache has, and how often it was used. */
  get stats(): { assets: number; bytes: number; hits: number; misses: number } {
    return { assets: this.#assets.size, bytes: this.#bytes, hits: this.#hits, misses: this.#misses };
  }

  /** Returns an asset of an upstream, which `fetch` gets if it is not kept. */
  async get(upstream: string, uri: string, fetch: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const key = keyOf(upstream, uri);
    const kept = this.#assets.get(key);
    if (kept) {
      this.#hits += 1;
      this.#assets.delete(key);
      this.#assets.set(key, kept);
      return kept;
    }
    const running = this.#fetches.get(key);
    if (running) return await running;
    this.#misses += 1;
    const started = fetch();
    this.#fetches.set(key, started);
    try {
      const asset = await started;
      // `forget()` was not called in the meantime.
      if (this.#fetches.get(key) === started) this.#keep(key, asset);
      return asset;
    } finally {
      if (this.#fetches.get(key) === started) this.#fetches.delete(key);
    }
  }

  /** Forgets the assets of an upstream, because it has begun a new session. */
  forget(upstream: string): void {
    const prefix = keyOf(upstream, "");
    for (const key of [...this.#assets.keys()]) if (key.startsWith(prefix)) this.#remove(key);
    for (const key of [...this.#fetches.keys()]) if (key.startsWith(prefix)) this.#fetches.delete(key);
  }

  #keep(key: string, asset: Uint8Array): void {
    if (asset.byteLength > this.#maxBytes) return;
    // Copied, because the asset may be a view of a larger buffer, such as a frame.
    this.#assets.set(key, asset.slice());
    this.#bytes += asset.byteLength;
    for (const oldest of this.#assets.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#remove(oldest);
    }
  }

  #remove(key: string): void {
    this.#bytes -= this.#assets.get(key)?.byteLength ?? 0;
    this.#assets.delete(key);
  }
}

function keyOf(upstream: string, uri: string): string {
  return `${upstream.length} ${upstream} ${uri}`;
}
