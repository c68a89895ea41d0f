// MissingNames: warns about topics and services that the program uses and the server does not have.

import type { Clock } from "../clock.ts";
import { didYouMean } from "../near_name.ts";

/** How long, in ms, the server may take to advertise a name. */
const GRACE_MS = 2000;
/** How many names are watched, and how many names of the server are compared with each. Bounds the time. */
const MAX_WATCHED = 100;
const MAX_COMPARED = 1000;

/** The kinds of names. */
export type NameKind = "topic" | "service";

/** The parts of a client that {@linkcode MissingNames} uses. */
export interface MissingNamesContext {
  readonly clock: Clock;
  /** Whether the program uses the name, and the server does not have it. */
  isMissing(kind: NameKind, name: string): boolean;
  /** The names that the server has. */
  names(kind: NameKind): readonly string[];
  onWarning(message: string): void;
}

/** Warns once about each name. */
export class MissingNames {
  readonly #context: MissingNamesContext;
  /** Cancels the timer of each name. `undefined` after the warning. */
  readonly #timers = new Map<string, (() => void) | undefined>();

  constructor(context: MissingNamesContext) {
    this.#context = context;
  }

  /** Warns if the name is still missing in 2 seconds. */
  watch(kind: NameKind, name: string): void {
    const { clock, isMissing, onWarning } = this.#context;
    const key = `${kind} "${name}"`;
    if (!isMissing(kind, name) || this.#timers.has(key) || this.#timers.size >= MAX_WATCHED) return;
    const check = () => {
      this.#timers.delete(key);
      if (!isMissing(kind, name)) return;
      this.#timers.set(key, undefined);
      onWarning(`The server has no ${key}${this.advice(kind, name)}`);
    };
    this.#timers.set(key, clock.after(GRACE_MS, check));
  }

  /** Suggests the name that was probably meant; empty if none is similar. Ends a sentence. */
  advice(kind: NameKind, name: string): string {
    return didYouMean(name, this.#context.names(kind).slice(0, MAX_COMPARED));
  }

  /** Stops the timers, because the connection is lost. */
  stop(): void {
    for (const [key, cancel] of this.#timers) {
      if (!cancel) continue;
      cancel();
      this.#timers.delete(key);
    }
  }
}
