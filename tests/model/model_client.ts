// ModelClient: what one client hears, and what waits while it does not read.

import type { Essence } from "./essence.ts";
import type { ModelRequest } from "./model_requests.ts";

/** Kinds of requests, each with a limit of its own. */
export type RequestKind = "services" | "assets" | "parameters" | "playback";

/** Somebody who wants to watch all parameters, while it is found out which these are. */
export interface WatchAll {
  except: Set<string>;
  isEnded: boolean;
}

/** Ids of channels or services that a client has not been told of yet. */
class PendingIds {
  #added: number[] = [];
  #removed: number[] = [];

  add(id: number): void {
    this.#added.push(id);
  }

  remove(id: number): void {
    if (this.#added.includes(id)) this.#added = this.#added.filter((each) => each !== id);
    else this.#removed.push(id);
  }

  /** What it is told now: what is gone first. */
  take(removedOp: "unadvertise" | "unadvertiseServices", addedOp: "advertise" | "advertiseServices"): Essence[] {
    const [removed, added] = [this.#removed.splice(0), this.#added.splice(0)];
    return [
      ...(removed.length > 0 ? [{ op: removedOp, ids: removed }] : []),
      ...(added.length > 0 ? [{ op: addedOp, ids: added }] : []),
    ];
  }
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
  /** Client channels that were refused: to publish on them or to unadvertise them is no mistake. */
  readonly refused: Set<number> = new Set();
  /** Requests that hooks work on. */
  readonly pending: Record<RequestKind, number> = { services: 0, assets: 0, parameters: 0, playback: 0 };
  /** Requests that wait until they are started. */
  readonly queues: Record<"assets" | "parameters", ModelRequest[]> = { assets: [], parameters: [] };
  readonly watchAlls: Set<WatchAll> = new Set();
  readonly channels: PendingIds = new PendingIds();
  readonly services: PendingIds = new PendingIds();
  /** Greets the client once more, in the place of telling it what was added. */
  greetAgain: (() => void) | undefined;
  #heard: Essence[] = [];
  #waiting: { message: Essence; channelId: number | undefined }[] = [];
  #isStalled = false;

  constructor(place: number, id: number, sdk: boolean) {
    this.place = place;
    this.id = id;
    this.sdk = sdk;
  }

  /** It is sent a message, after what is to be advertised; `channelId` says of which channel the data is. */
  tell(message: Essence, channelId?: number): void {
    if (!this.isOpen) return;
    this.advertise();
    this.#tell(message, channelId);
  }

  /** It is told which channels and services came and went. */
  advertise(): void {
    if (!this.isOpen) return;
    const { greetAgain } = this;
    this.greetAgain = undefined;
    const news = [
      ...this.channels.take("unadvertise", "advertise"),
      ...this.services.take("unadvertiseServices", "advertiseServices"),
    ];
    for (const message of news) if (!greetAgain || message.op.startsWith("un")) this.#tell(message, undefined);
    greetAgain?.();
  }

  #tell(message: Essence, channelId: number | undefined): void {
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
    this.queues.assets = [];
    this.queues.parameters = [];
  }

  /** The server disconnects it: what waits is sent before, but for data. */
  dismiss(): void {
    this.#heard.push(...this.#waiting.filter(({ channelId }) => channelId === undefined).map(({ message }) => message));
    this.leave();
  }

  /** What it heard since the last look. */
  take(): Essence[] {
    return this.#heard.splice(0);
  }
}
