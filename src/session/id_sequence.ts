// IdSequence: generates ids that are never reused.

import type { Id } from "../protocol/ids.ts";

const UINT32_MAX = 0xffff_ffff;

/** Generates 1, 2, 3, … up to the largest uint32. Ids are never reused, so that clients can cache data by id. */
export class IdSequence<Kind extends string> {
  readonly #kind: Kind;
  #last: number;

  /** `last`: the last id that is already in use. The first new id is `last + 1`. */
  constructor(kind: Kind, last = 0) {
    this.#kind = kind;
    this.#last = last;
  }

  /**
   * Returns the next id.
   *
   * @throws {RangeError} If all ids are used up.
   */
  next(): Id<Kind> {
    if (this.#last === UINT32_MAX) throw new RangeError(`Cannot add a ${this.#kind}: all ids are used up`);
    this.#last += 1;
    return this.#last as Id<Kind>;
  }
}
