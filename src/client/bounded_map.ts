// BoundedMap: what a server tells, as much of it as a client keeps.

/** How much a client keeps of each kind of thing that the server tells. */
export interface KeepLimits {
  /** How many. */
  maxKept: number;
  /** Their size together, in bytes, as {@linkcode approximateBytes} counts it. */
  maxKeptBytes: number;
}

/** No limits. */
export const KEEP_ALL: KeepLimits = { maxKept: Infinity, maxKeptBytes: Infinity };

/** A map that takes no more entries than its limits allow. */
export class BoundedMap<Key, T> {
  readonly #limits: KeepLimits;
  readonly #onFull: () => void;
  readonly #entries = new Map<Key, T>();
  /** Of each entry: the entries themselves are handed out, and may be changed by whoever has them. */
  readonly #bytes = new Map<Key, number>();
  #totalBytes = 0;

  /** `onFull` is called when an entry is left out. It is called in the middle of work: it must only take note. */
  constructor(limits: KeepLimits, onFull: () => void) {
    this.#limits = limits;
    this.#onFull = onFull;
  }

  /** What is kept, in the order in which it came. */
  get entries(): ReadonlyMap<Key, T> {
    return this.#entries;
  }

  /** Returns whether there is room for it. If not, nothing is kept under the key: what was there no longer holds. */
  set(key: Key, value: T): boolean {
    const bytes = approximateBytes(value);
    const totalBytes = this.#totalBytes - (this.#bytes.get(key) ?? 0) + bytes;
    const size = this.#entries.size + (this.#entries.has(key) ? 0 : 1);
    if (size > this.#limits.maxKept || totalBytes > this.#limits.maxKeptBytes) {
      this.delete(key);
      this.#onFull();
      return false;
    }
    this.#entries.set(key, value);
    this.#bytes.set(key, bytes);
    this.#totalBytes = totalBytes;
    return true;
  }

  /** Returns what was there. */
  delete(key: Key): T | undefined {
    const value = this.#entries.get(key);
    this.#entries.delete(key);
    this.#totalBytes -= this.#bytes.get(key) ?? 0;
    this.#bytes.delete(key);
    return value;
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes.clear();
    this.#totalBytes = 0;
  }
}

/** Roughly how much memory takes what was read from a message: text, numbers, bytes, and lists and objects of these. */
export function approximateBytes(value: unknown): number {
  if (typeof value === "string") return 16 + value.length;
  if (typeof value !== "object" || value === null) return 8;
  if (ArrayBuffer.isView(value)) return 64 + value.byteLength;
  // The names of members are shared by all objects that have them, but not those of metadata and of parameters.
  let bytes = 32;
  for (const [name, member] of Object.entries(value)) bytes += name.length + approximateBytes(member);
  return bytes;
}
