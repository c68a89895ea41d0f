// WrappingIds: ids that a client chooses, for as long as it runs.

import type { Id } from "../protocol/ids.ts";

const UINT32_MAX = 0xffff_ffff;

/** Gives out 1, 2, 3, … and, after the largest uint32, begins again, past those still in use. */
export class WrappingIds<Kind extends string> {
  readonly #inUse: (id: Id<Kind>) => boolean;
  #last: number;

  /** The first id follows `last`. */
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
