// Refusals: which channels and services of one upstream are not shown, for the log and for clients.

import type { ExtensionPoints } from "../../server/extensions.ts";

/** How many different refusals are logged for each connection. */
const MAX_LOGGED = 100;
/** How long a refusal is shown before another one replaces it, in ms. */
const WAIT_MS = 1000;

/** The refusals of one connection. Their number is limited by the channels and services that the upstream has. */
export class Refusals {
  readonly #points: ExtensionPoints;
  readonly #name: string;
  readonly #show: (text: string | undefined) => void;
  readonly #texts = new Set<string>();
  readonly #logged = new Set<string>();
  /** The refusal that clients see. */
  #shown: string | undefined;
  #cancelWait: (() => void) | undefined;

  /** `name` is that of the upstream. `show` shows clients a refusal, or none. */
  constructor(name: string, points: ExtensionPoints, show: (text: string | undefined) => void) {
    this.#name = name;
    this.#points = points;
    this.#show = show;
  }

  /** How many there are. */
  get size(): number {
    return this.#texts.size;
  }

  /** Something is not shown. Clients see the first text. The log gets the first 100 texts of a connection. */
  add(text: string): void {
    if (this.#texts.has(text)) return;
    this.#texts.add(text);
    this.update();
    if (!this.#logged.has(text) && this.#logged.size < MAX_LOGGED) {
      this.#logged.add(text);
      const more = this.#logged.size === MAX_LOGGED ? " (more lines of this connection are left out)" : "";
      this.#points.logger.warn(`Not relayed from ${this.#name}: ${text}${more}`);
    }
  }

  /** The reason for a refusal is gone. */
  delete(text: string): void {
    if (this.#texts.delete(text)) this.update();
  }

  /** A connection begins. Clients see the last refusal until `update()` or another change. */
  connected(): void {
    this.#texts.clear();
    this.#logged.clear();
  }

  /** Shows clients the first refusal, or none if there is none. A robot must not cause statuses without a limit. */
  update(): void {
    const [text] = this.#texts;
    const mustWait = text !== undefined && this.#cancelWait !== undefined;
    if (mustWait || !this.#change(text) || text === undefined) return;
    this.#cancelWait = this.#points.clock.after(WAIT_MS, () => {
      this.#cancelWait = undefined;
      // Without refusals, the status was removed at once, or the upstream has just connected again.
      if (this.#texts.size > 0) this.update();
    });
  }

  /** The upstream was removed. */
  close(): void {
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    this.#texts.clear();
    this.#change(undefined);
  }

  /** Returns whether something else is shown now. */
  #change(text: string | undefined): boolean {
    if (text === this.#shown) return false;
    this.#shown = text;
    this.#show(text);
    return true;
  }
}
