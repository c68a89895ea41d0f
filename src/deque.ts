// Deque: a first-in, first-out queue with constant amortized cost.

/** Items in the order in which they were added. No item may be `undefined`. */
export class Deque<T> {
  /** Slots before `#start` are `undefined`. */
  #items: (T | undefined)[] = [];
  #start = 0;

  get length(): number {
    return this.#items.length - this.#start;
  }

  /** The oldest item. */
  get first(): T | undefined {
    return this.#items[this.#start];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#start];
    if (item === undefined) return undefined;
    // Releases the item, but does not move the others each time: that would cost time proportional to the length.
    // Setting the slot is 2 to 3 times as fast as `delete`.
    this.#items[this.#start] = undefined;
    this.#start += 1;
    if (this.#start * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#start);
      this.#start = 0;
    }
    return item;
  }

  clear(): void {
    this.#items = [];
    this.#start = 0;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (let index = this.#start; index < this.#items.length; index++) yield this.#items[index] as T;
  }
}
