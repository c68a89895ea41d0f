// ModelClient: what one client hears, and what waits while it does not read.

import type { Essence } from "./essence.ts";

/** Kinds of requests, each with a limit of its own. */
export type RequestKind = "services" | "assets" | "parameters" | "playback";

/** Somebody who wants to watch all parameters, while it is found out which these are. */
export interface WatchAll {
  except: Set<string>;
  isEnded: boolean;
}

/** A client of the model, from its coming to its end. */
export class ModelClient {
  readonly place: number;
  readonly id: number;
  readonly sdk: boolean;
  isOpen = true;
  /** Whether it has ever tried to steer playback. */
  hasSteered = false;
  /** Subscriptions whose channel went, or was gone when they were asked for: to end one is no mistake. */
  readonly retired: Set<number> = new Set();
  readonly pending: Record<RequestKind, number> = { services: 0, assets: 0, parameters: 0, playback: 0 };
  readonly watchAlls: Set<WatchAll> = new Set();
  #heard: Essence[] = [];
  #waiting: { message: Essence; channelId: number | undefined }[] = [];
  #isStalled = false;

  constructor(place: number, id: number, sdk: boolean) {
    this.place = place;
    this.id = id;
    this.sdk = sdk;
  }

  /** It is sent a message; `channelId` says of which channel the data is. */
  tell(message: Essence, channelId?: number): void {
    if (!this.isOpen) return;
    if (!this.#isStalled) return void this.#heard.push(message);
    const time = message.op === "time" && this.#waiting.find((waiting) => waiting.message.op === "time");
    if (time) time.message = message;
    else this.#waiting.push({ message, channelId });
  }

  /** Data of the channel that waits is never sent. */
  forget(channelId: number): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting.channelId !== channelId);
  }

  stall(): void {
    this.#isStalled = true;
  }

  read(): void {
    this.#isStalled = false;
    this.#heard.push(...this.#waiting.splice(0).map(({ message }) => message));
  }

  leave(): void {
    this.isOpen = false;
    this.#waiting = [];
  }

  /** What it heard since the last look. */
  take(): Essence[] {
    return this.#heard.splice(0);
  }
}
