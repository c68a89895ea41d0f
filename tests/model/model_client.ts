// ModelClient: the messages that one client receives, and its queue while it does not read.

import type { Subprotocol } from "../../src/protocol/capabilities.ts";
import type { MessageSummary } from "./message_summary.ts";
import type { ModelRequest } from "./model_requests.ts";

/** Kinds of requests, each with a limit of its own. */
export type RequestKind = "services" | "assets" | "parameters" | "playback";

/** A subscription to all parameters whose hook has not answered yet. */
export interface WatchAll {
  except: Set<string>;
  isEnded: boolean;
}

/** Ids of channels or services that have not been advertised to a client yet. */
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

  /** Takes the messages to send now, with removals first. */
  take(removedOp: "unadvertise" | "unadvertiseServices", addedOp: "advertise" | "advertiseServices"): MessageSummary[] {
    const [removed, added] = [this.#removed.splice(0), this.#added.splice(0)];
    return [
      ...(removed.length > 0 ? [{ op: removedOp, ids: removed }] : []),
      ...(added.length > 0 ? [{ op: addedOp, ids: added }] : []),
    ];
  }
}

/** A client of the model, until it disconnects. */
export class ModelClient {
  readonly slot: number;
  readonly id: number;
  readonly isSdk: boolean;
  isOpen = true;
  /** Whether the client has ever sent a playback request. */
  hasControlledPlayback = false;
  /** Ids of subscriptions whose channel was removed or did not exist. An `unsubscribe` for them is not an error. */
  readonly endedSubscriptions: Set<number> = new Set();
  /** Ids of client channels that were rejected. Messages and `unadvertise` for them are not an error. */
  readonly rejectedChannels: Set<number> = new Set();
  /** The number of requests that hooks process. */
  readonly pending: Record<RequestKind, number> = { services: 0, assets: 0, parameters: 0, playback: 0 };
  /** Requests that have not been started. */
  readonly queues: Record<"assets" | "parameters", ModelRequest[]> = { assets: [], parameters: [] };
  readonly watchAlls: Set<WatchAll> = new Set();
  readonly channels: PendingIds = new PendingIds();
  readonly services: PendingIds = new PendingIds();
  /** Sends the first messages again, instead of an advertisement of new services. */
  resume: (() => void) | undefined;
  #received: MessageSummary[] = [];
  #waiting: { message: MessageSummary; channelId: number | undefined }[] = [];
  #isStalled = false;

  constructor(slot: number, id: number, subprotocol: Subprotocol) {
    this.slot = slot;
    this.id = id;
    this.isSdk = subprotocol !== "foxglove.websocket.v1";
  }

  /** Sends a message, after pending advertisements. `channelId` is the channel of data. */
  send(message: MessageSummary, channelId?: number): void {
    if (!this.isOpen) return;
    this.advertise();
    this.#deliver(message, channelId);
  }

  /** Sends pending advertisements. */
  advertise(): void {
    if (!this.isOpen) return;
    const { resume } = this;
    this.resume = undefined;
    const messages = [
      ...this.channels.take("unadvertise", "advertise"),
      ...this.services.take("unadvertiseServices", "advertiseServices"),
    ];
    for (const message of messages) if (!resume || message.op.startsWith("un")) this.#deliver(message, undefined);
    resume?.();
  }

  #deliver(message: MessageSummary, channelId: number | undefined): void {
    if (!this.#isStalled) return void this.#received.push(message);
    const time = message.op === "time" && this.#waiting.find((waiting) => waiting.message.op === "time");
    if (time) time.message = message;
    else this.#waiting.push({ message, channelId });
  }

  /** Drops queued data of a channel. */
  dropData(channelId: number): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting.channelId !== channelId);
  }

  stall(): void {
    this.#isStalled = true;
  }

  read(): void {
    this.#isStalled = false;
    this.#received.push(...this.#waiting.splice(0).map(({ message }) => message));
  }

  leave(): void {
    this.isOpen = false;
    this.#waiting = [];
    this.queues.assets = [];
    this.queues.parameters = [];
  }

  /** The server disconnects the client: queued messages are sent first, except data. */
  disconnect(): void {
    this.#received.push(
      ...this.#waiting.filter(({ channelId }) => channelId === undefined).map(({ message }) => message),
    );
    this.leave();
  }

  /** Takes the messages that it has received since the last call. */
  take(): MessageSummary[] {
    return this.#received.splice(0);
  }
}
