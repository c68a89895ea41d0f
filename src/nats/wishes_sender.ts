// WishesSender: sends the wishes of an edge, regularly and when they have changed.

import type { NatsLink } from "./nats_link.ts";
import { encodeWishes, type Wishes, WISHES_MS } from "./wishes.ts";

/** Sends the wishes of one edge to one robot. */
export class WishesSender {
  readonly #link: NatsLink;
  readonly #subject: string;
  readonly #current: () => Wishes;
  #sentAt = -Infinity;
  #areChanged = false;

  /** `current` returns the wishes. */
  constructor(link: NatsLink, subject: string, current: () => Wishes) {
    this.#link = link;
    this.#subject = subject;
    this.#current = current;
  }

  /** Must be called when the wishes have changed. They are sent after the running code: they often change again. */
  changed(): void {
    if (this.#areChanged) return;
    this.#areChanged = true;
    this.#link.clock.soon(() => this.sendIfChanged());
  }

  /** Sends the wishes now, if they have changed. */
  sendIfChanged(): void {
    if (this.#areChanged) this.send();
  }

  /** Must be called regularly. */
  tick(): void {
    if (this.#link.clock.now() - this.#sentAt >= WISHES_MS) this.send();
  }

  /** Sends the wishes now. */
  send(): void {
    this.#areChanged = false;
    if (!this.#link.window.isConnected) return;
    this.#sentAt = this.#link.clock.now();
    this.#link.window.send(this.#subject, encodeWishes(this.#current()));
  }
}
