// Publisher: publishes messages on one topic, and counts them.

import { type ClientChannelId, type FoxgloveClient, type Status, StatusLevel } from "../client/mod.ts";
import type { WritableChannel } from "./client_channel.ts";
import { Failure } from "./failure.ts";
import { payloadWriter } from "./payloads.ts";
import { pause } from "./pause.ts";

/** How long to wait for errors, because servers do not confirm messages. */
const REJECTION_MS = 300;
/** While more bytes are queued, the next message waits. */
const MAX_BUFFERED_BYTES = 1024 * 1024;
const DRAIN_MS = 5;

/** A topic on which a command publishes. */
export class Publisher {
  readonly #client: FoxgloveClient;
  readonly #topic: string;
  readonly #id: ClientChannelId;
  readonly #write: (text: string) => Uint8Array | string;
  readonly #rejections: Status[] = [];
  #sent = 0;

  /**
   * Advertises the channel.
   *
   * @param onStatus Called with warnings and errors of the server.
   * @throws {Failure} If its encoding cannot be written.
   */
  constructor(client: FoxgloveClient, channel: WritableChannel, onStatus: (status: Status) => void) {
    this.#client = client;
    this.#topic = channel.topic;
    this.#write = payloadWriter(channel);
    client.addListener({
      onStatus: (_client, status) => {
        if (status.level === StatusLevel.INFO) return;
        if (status.level === StatusLevel.ERROR && status.message.includes(`"${channel.topic}"`)) {
          this.#rejections.push(status);
        } else onStatus(status);
      },
    });
    this.#id = client.advertise(channel);
  }

  /** How many messages were sent. */
  get sent(): number {
    return this.#sent;
  }

  /**
   * Publishes a message. Waits while the server does not read.
   *
   * @throws {Failure} If the value does not fit the schema, or if the server has rejected the channel.
   */
  async publish(json: string, signal: AbortSignal): Promise<void> {
    this.#throwIfRejected();
    const payload = this.#write(json);
    while (this.#client.bufferedAmount > MAX_BUFFERED_BYTES) await pause(DRAIN_MS, signal);
    if (!this.#client.publish(this.#id, payload)) await this.#throwLoss();
    this.#sent += 1;
  }

  /** Waits until the server has probably read all messages. Throws a `Failure` if it has rejected one. */
  async flush(signal: AbortSignal): Promise<void> {
    while (this.#client.bufferedAmount > 0) await pause(DRAIN_MS, signal);
    await pause(REJECTION_MS, signal);
    this.#throwIfRejected();
  }

  #throwIfRejected(): void {
    const [first] = this.#rejections;
    if (first) throw new Failure(`the server has rejected it: ${first.message}`);
  }

  /** Throws the error of the connection, which is lost: the channel fits the server, and little is queued. */
  async #throwLoss(): Promise<never> {
    await this.#client.closed;
    const { state } = this.#client;
    throw state.type === "closed" && state.error ? state.error : new Failure(`cannot publish on "${this.#topic}"`);
  }
}
