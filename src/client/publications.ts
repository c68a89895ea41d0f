// Publications: the channels on which a client publishes.

import type { ClientChannel } from "../protocol/client_publish.ts";
import type { ClientChannelId } from "../protocol/ids.ts";
import type { ClientMessage } from "../protocol/messages.ts";
import type { ServerInfo } from "../protocol/server_info.ts";
import { WrappingIds } from "./wrapping_ids.ts";

/** A channel to publish on, as it is given to `advertise()`. */
export interface ClientChannelInit {
  /** What is published, such as `/cmd_vel`. */
  topic: string;
  /** Of the messages; one of the server's `supportedEncodings`, where it lists any. */
  encoding: string;
  /**
   * As the server knows it.
   *
   * @default {""}
   */
  schemaName?: string;
  /** As in `Channel.schema`; servers know their schemas mostly by name. */
  schema?: string | Uint8Array;
  /** As in `Channel.schemaEncoding`. */
  schemaEncoding?: string;
}

/** One client's channels: advertised now, and again after each reconnect. */
export class Publications {
  readonly #send: (message: ClientMessage) => void;
  readonly #channels = new Map<ClientChannelId, ClientChannel>();
  /** Those of them that the server of now does not take. */
  readonly #refused = new Set<ClientChannelId>();
  readonly #ids = new WrappingIds<"clientChannel">((id) => this.#channels.has(id));

  constructor(send: (message: ClientMessage) => void) {
    this.#send = send;
  }

  has(channelId: ClientChannelId): boolean {
    return this.#channels.has(channelId);
  }

  /** Whether the server of now was told of it. */
  isAdvertised(channelId: ClientChannelId): boolean {
    return this.#channels.has(channelId) && !this.#refused.has(channelId);
  }

  /** @throws {TypeError} When the server does not take its encoding, or a member is of the wrong kind. */
  add({ schemaName = "", ...init }: ClientChannelInit, info: ServerInfo): ClientChannelId {
    const refusal = refusalOf(init, info);
    if (refusal !== undefined) throw new TypeError(refusal);
    const channel: ClientChannel = { ...init, schemaName, id: this.#ids.next() };
    // Before it is kept: what cannot be written is not advertised after a reconnect either.
    this.#send({ op: "advertise", channels: [channel] });
    this.#channels.set(channel.id, channel);
    return channel.id;
  }

  remove(channelId: ClientChannelId): boolean {
    if (!this.#channels.delete(channelId)) return false;
    if (!this.#refused.delete(channelId)) this.#send({ op: "unadvertise", channelIds: [channelId] });
    return true;
  }

  /** Advertises on a new connection what was advertised on the last. Returns why some could not be. */
  resume(info: ServerInfo): string[] {
    const refusals: string[] = [];
    const channels: ClientChannel[] = [];
    this.#refused.clear();
    for (const channel of this.#channels.values()) {
      const refusal = refusalOf(channel, info);
      if (refusal === undefined) {
        channels.push(channel);
      } else {
        this.#refused.add(channel.id);
        refusals.push(refusal);
      }
    }
    if (channels.length > 0) this.#send({ op: "advertise", channels });
    return refusals;
  }
}

function refusalOf({ topic, encoding }: ClientChannelInit, info: ServerInfo): string | undefined {
  const { capabilities, supportedEncodings } = info;
  if (!capabilities.includes("clientPublish")) {
    return `Cannot advertise "${topic}": the server has no capability "clientPublish"`;
  }
  if (supportedEncodings && !supportedEncodings.includes(encoding)) {
    return `Cannot advertise "${topic}": the server does not support encoding "${encoding}"`;
  }
  return undefined;
}
