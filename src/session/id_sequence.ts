// IdSequence: ids that are given out once and never again.

import type { Id } from "../protocol/ids.ts";

const UINT32_MAX = 0xffff_ffff;

/** Gives out 1, 2, 3, … up to the largest uint32, so that clients can cache what they know by id. */
export class IdSequence<Kind extends string> {
  readonly #kind: Kind;
  #last: number;

  /** `last` counts as given out already. */
  constructor(kind: Kind, last = 0) {
    this.#kind = kind;
    this.#last = last;
  }

  /**
   * The next id.
   *
   * @throws {RangeError} When all are used up.
   */
  next(): Id<Kind> {
    if (this.#last === UINT32_MAX) throw new RangeError(`Cannot add a ${this.#kind}: all ids are used up`);
    this.#last += 1;
    return this.#last as Id<Kind>;
  }
}
