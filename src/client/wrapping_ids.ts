// WrappingIds: the ids that a client chooses. They start again after the largest uint32.

import type { Id } from "../protocol/ids.ts";

const UINT32_MAX = 0xffff_ffff;

/** Returns 1, 2, 3, … and starts again at 1 after the largest uint32. Skips ids that are still in use. */
export class WrappingIds<Kind extends string> {
  readonly #inUse: (id: Id<Kind>) => boolean;
  #last: number;

  /** `inUse` returns whether an id is in use. The first id is the one after `last`. */
  constructor(inUse: (id: Id<Kind>) => boolean, last = 0) {
    this.#inUse = inUse;
    this.#last = last;
  }

  next(): Id<Kind> {
    do {
      this.#last = this.#last === UINT32_MAX ? 1 : this.#last + 1;
    } while (this.#inUse(this.#last as Id<Kind>));
    return this.#last as Id<Kind>;
  }
}
