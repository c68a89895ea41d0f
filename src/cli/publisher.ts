// Publisher: publishes messages on one topic, and counts them.

import { type ClientChannelId, type FoxgloveClient, type Status, StatusLevel } from "../client/mod.ts";
import type { WritableChannel } from "./client_channel.ts";
import { Failure } from "./failure.ts";
import { firstGraph } from "./first_graph.ts";
import { payloadWriter } from "./payloads.ts";
import { pause } from "./pause.ts";

/** How long to wait for statuses, because servers do not confirm messages. */
const STATUS_MS = 300;
/** How long a server may take to answer a request that it gets after the messages. */
const ANSWER_MS = 2000;
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
  readonly #warnings = new Set<string>();
  #sent = 0;

  /**
   * Advertises the channel.
   *
   * @param onStatus Called with warnings of the server, once for each text, and with errors about other things.
   * @throws {Failure} If its schema cannot be read.
   */
  constructor(client: FoxgloveClient, channel: WritableChannel, onStatus: (status: Status) => void) {
    this.#client = client;
    this.#topic = channel.topic;
    this.#write = payloadWriter(channel);
    client.addListener({
      onStatus: (_client, status) => {
        if (status.level === StatusLevel.INFO) return;
        const isAbout = isAboutPublishing(status.message, channel.topic);
        if (isAbout && status.level === StatusLevel.ERROR) {
          this.#rejections.push(status);
          return;
        }
        if (isAbout && this.#warnings.has(status.message)) return;
        if (isAbout) this.#warnings.add(status.message);
        onStatus(status);
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

  /** Waits until the server has probably handled all messages. */
  async flush(signal: AbortSignal): Promise<void> {
    while (this.#client.bufferedAmount > 0) await pause(DRAIN_MS, signal);
    await Promise.all([pause(STATUS_MS, signal), this.#roundTrip(signal)]);
  }

  /** Throws a `Failure` if the server has rejected a message, or has warned about the topic. */
  throwIfRefused(): void {
    this.#throwIfRejected();
    if (this.#warnings.size === 0) return;
    throw new Failure(`the server has a warning about "${this.#topic}"; the messages may be lost`);
  }

  /** Waits for the answer to a request without side effects: a server answers it after it has read the messages. */
  async #roundTrip(signal: AbortSignal): Promise<void> {
    const { capabilities } = this.#client.serverInfo;
    try {
      if (capabilities.includes("connectionGraph")) await firstGraph(this.#client, signal);
      else if (capabilities.includes("parameters")) {
        const limit = AbortSignal.timeout(ANSWER_MS);
        await this.#client.getParameters([], { signal: AbortSignal.any([signal, limit]) });
      }
    } catch {
      // Some servers do not answer. If the user or the server has ended the command, the other wait reports it.
    }
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

/**
 * Whether a status is about messages that a client publishes. It names the topic, or the topic is not known where it
 * arises: then it is about publishing, such as "Client has not advertised channel 1", or names the hook of a server.
 */
function isAboutPublishing(text: string, topic: string): boolean {
  return namesTopic(text, topic) || /publish|advertis|onClientMessage/i.test(text);
}

/** Whether a text has the topic as a whole, not as a part of another one such as `/cmd_vel` of `/cmd_vel/raw`. */
function namesTopic(text: string, topic: string): boolean {
  if (topic === "") return false;
  const isPart = (character: string | undefined) => character !== undefined && /[\w/]/.test(character);
  for (let at = text.indexOf(topic); at !== -1; at = text.indexOf(topic, at + 1)) {
    if (!isPart(text[at - 1]) && !isPart(text[at + topic.length])) return true;
  }
  return false;
}
