// AssetCache: assets of upstreams, by upstream and URI, up to a size.

/** How many assets are kept, because small ones cost more than their bytes. */
const MAX_ASSETS = 10_000;

/** A request to an upstream. */
interface Fetch {
  readonly asset: Promise<Uint8Array>;
  readonly abort: AbortController;
  /** How many callers wait for it. */
  waiting: number;
}

/** Keeps the assets that were used last. Requests for the same asset share one fetch. */
export class AssetCache {
  readonly #maxBytes: number;
  /** The least recently used asset first. */
  readonly #assets = new Map<string, Uint8Array>();
  readonly #fetches = new Map<string, Fetch>();
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

  /**
   * Returns an asset of an upstream, which `fetch` gets if it is not kept. The signal of `fetch` aborts when those of
   * all callers that wait for it have aborted.
   */
  async get(
    upstream: string,
    uri: string,
    signal: AbortSignal,
    fetch: (signal: AbortSignal) => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    signal.throwIfAborted();
    const key = keyOf(upstream, uri);
    const kept = this.#assets.get(key);
    if (kept) {
      this.#hits += 1;
      this.#assets.delete(key);
      this.#assets.set(key, kept);
      return kept;
    }
    const running = this.#fetches.get(key) ?? this.#begin(key, fetch);
    const leave = () => {
      running.waiting -= 1;
      if (running.waiting > 0) return;
      this.#end(key, running);
      running.abort.abort(signal.reason);
    };
    running.waiting += 1;
    signal.addEventListener("abort", leave, { once: true });
    try {
      return await running.asset;
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  /** Forgets the assets of an upstream, because it has begun a new session. */
  forget(upstream: string): void {
    const prefix = keyOf(upstream, "");
    for (const key of [...this.#assets.keys()]) if (key.startsWith(prefix)) this.#remove(key);
    for (const key of [...this.#fetches.keys()]) if (key.startsWith(prefix)) this.#fetches.delete(key);
  }

  #begin(key: string, fetch: (signal: AbortSignal) => Promise<Uint8Array>): Fetch {
    this.#misses += 1;
    const abort = new AbortController();
    const begun: Fetch = { abort, asset: fetch(abort.signal), waiting: 0 };
    this.#fetches.set(key, begun);
    begun.asset.then((asset) => {
      if (this.#end(key, begun)) this.#keep(key, asset);
    }, () => this.#end(key, begun));
    return begun;
  }

  /** Lets the next caller fetch again. Returns `false` if `forget()` was called in the meantime. */
  #end(key: string, fetch: Fetch): boolean {
    return this.#fetches.get(key) === fetch && this.#fetches.delete(key);
  }

  #keep(key: string, asset: Uint8Array): void {
    if (asset.byteLength > this.#maxBytes) return;
    // Copied, because the asset may be a view of a larger buffer, such as a frame.
    this.#assets.set(key, asset.slice());
    this.#bytes += asset.byteLength;
    for (const oldest of this.#assets.keys()) {
      if (this.#bytes <= this.#maxBytes && this.#assets.size <= MAX_ASSETS) break;
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
