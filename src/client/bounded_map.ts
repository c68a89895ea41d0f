// BoundedMap: entries that a server sends, up to the limits of the client.

/** Limits on the entries of one kind that a client keeps, such as channels. */
export interface KeepLimits {
  /** The maximum number of entries. */
  maxKept: number;
  /** The maximum size of all entries together, in bytes, as {@linkcode approximateBytes} counts them. */
  maxKeptBytes: number;
}

/** No limits. */
export const NO_LIMITS: KeepLimits = { maxKept: Infinity, maxKeptBytes: Infinity };

/** A map that rejects entries beyond its limits. */
export class BoundedMap<Key, T> {
  readonly #limits: KeepLimits;
  readonly #onFull: () => void;
  readonly #entries = new Map<Key, T>();
  /** The counted size of each entry. It is stored, because the application may change the entry later. */
  readonly #bytes = new Map<Key, number>();
  #totalBytes = 0;

  /**
   * `onFull` is called when an entry is rejected. It runs in the middle of an update, so it must only record the fact.
   */
  constructor(limits: KeepLimits, onFull: () => void) {
    this.#limits = limits;
    this.#onFull = onFull;
  }

  /** The entries, in the order in which their keys were added. */
  get entries(): ReadonlyMap<Key, T> {
    return this.#entries;
  }

  get(key: Key): T | undefined {
    return this.#entries.get(key);
  }

  /** Returns false if the value exceeds the limits. Then the key is deleted too, because its old value is outdated. */
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

  /** Returns the deleted value, if there was one. */
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

/**
 * The approximate memory size of a decoded value, in bytes. The value consists of text, numbers, bytes, and lists and
 * objects of these.
 */
export function approximateBytes(value: unknown): number {
  if (typeof value === "string") return 16 + value.length;
  if (typeof value !== "object" || value === null) return 8;
  if (ArrayBuffer.isView(value)) return 64 + value.byteLength;
  // Member names count, because the names in metadata and in parameter values are not shared between objects.
  let bytes = 32;
  for (const [name, member] of Object.entries(value)) bytes += name.length + approximateBytes(member);
  return bytes;
}
