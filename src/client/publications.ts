// Publications: the channels on which a client publishes.

import { BYTES_RULE, bytesOf, type ByteSource, kindOf } from "../protocol/bytes.ts";
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
  /** As in `Channel.schema`; servers know their schemas mostly by name. Bytes are copied. */
  schema?: string | ByteSource;
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

  /** The topic of a channel; `undefined` when there is no such channel. */
  topicOf(channelId: ClientChannelId): string | undefined {
    return this.#channels.get(channelId)?.topic;
  }

  /** Whether the server of now was told of it. */
  isAdvertised(channelId: ClientChannelId): boolean {
    return this.#channels.has(channelId) && !this.#refused.has(channelId);
  }

  /** @throws {TypeError} When the server does not take its encoding, or a member is of the wrong kind. */
  add({ schemaName = "", schema, ...init }: ClientChannelInit, info: ServerInfo): ClientChannelId {
    const refusal = refusalOf(init, info);
    if (refusal !== undefined) throw new TypeError(refusal);
    const own = schema === undefined ? {} : { schema: schemaOf(schema, init.topic) };
    const channel: ClientChannel = { ...init, ...own, schemaName, id: this.#ids.next() };
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

/** Text, or a copy of bytes: after a reconnect it is sent again. */
function schemaOf(schema: string | ByteSource, topic: string): string | Uint8Array {
  if (typeof schema === "string") return schema;
  const bytes = bytesOf(schema);
  if (bytes) return new Uint8Array(bytes);
  throw new TypeError(`Cannot advertise "${topic}": its schema must be text or ${BYTES_RULE}, not ${kindOf(schema)}`);
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
