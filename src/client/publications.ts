// Publications: the channels that a client publishes on.

import { BYTES_RULE, bytesOf, type ByteSource, kindOf } from "../protocol/bytes.ts";
import type { ClientChannel } from "../protocol/client_publish.ts";
import type { ClientChannelId } from "../protocol/ids.ts";
import type { ClientMessage } from "../protocol/messages.ts";
import type { ServerInfo } from "../protocol/server_info.ts";
import { WrappingIds } from "./wrapping_ids.ts";

/** The channel that `advertise()` creates. */
export interface ClientChannelInit {
  /** The topic name, such as `/cmd_vel`. */
  topic: string;
  /** The message encoding. It must be one of the server's `supportedEncodings`, if the server has such a list. */
  encoding: string;
  /**
   * The name by which the server knows the schema.
   *
   * @default {""}
   */
  schemaName?: string;
  /** See `Channel.schema`. Usually not needed, because most servers know their schemas by name. Bytes are copied. */
  schema?: string | ByteSource;
  /** See `Channel.schemaEncoding`. */
  schemaEncoding?: string;
}

/** The channels of one client. They are advertised again after each reconnect. */
export class Publications {
  readonly #send: (message: ClientMessage) => void;
  readonly #channels = new Map<ClientChannelId, ClientChannel>();
  /** Channels that were not advertised on the current connection, because the server does not support them. */
  readonly #unsupported = new Set<ClientChannelId>();
  readonly #ids = new WrappingIds<"clientChannel">((id) => this.#channels.has(id));

  constructor(send: (message: ClientMessage) => void) {
    this.#send = send;
  }

  /** Returns the topic of a channel, or `undefined` if the channel is not advertised. */
  topicOf(channelId: ClientChannelId): string | undefined {
    return this.#channels.get(channelId)?.topic;
  }

  /** Whether the channel exists and is supported by the current server. While disconnected, the last server counts. */
  isAdvertised(channelId: ClientChannelId): boolean {
    return this.#channels.has(channelId) && !this.#unsupported.has(channelId);
  }

  /**
   * Advertises a channel. Returns its id.
   *
   * @throws {TypeError} When the server lacks `clientPublish` or does not support the encoding, or when a field has the
   * wrong type.
   */
  add({ schemaName = "", schema, ...init }: ClientChannelInit, info: ServerInfo): ClientChannelId {
    const problem = findProblem(init, info);
    if (problem !== undefined) throw new TypeError(problem);
    const schemaField = schema === undefined ? {} : { schema: copySchema(schema, init.topic) };
    const channel: ClientChannel = { ...init, ...schemaField, schemaName, id: this.#ids.next() };
    // Sent before it is stored: a channel that cannot be encoded must not be advertised again after a reconnect.
    this.#send({ op: "advertise", channels: [channel] });
    this.#channels.set(channel.id, channel);
    return channel.id;
  }

  remove(channelId: ClientChannelId): boolean {
    if (!this.#channels.delete(channelId)) return false;
    if (!this.#unsupported.delete(channelId)) this.#send({ op: "unadvertise", channelIds: [channelId] });
    return true;
  }

  /**
   * Advertises all channels on a new connection. Returns a reason for each channel that the server does not support.
   */
  readvertise(info: ServerInfo): string[] {
    const problems: string[] = [];
    const channels: ClientChannel[] = [];
    this.#unsupported.clear();
    for (const channel of this.#channels.values()) {
      const problem = findProblem(channel, info);
      if (problem === undefined) {
        channels.push(channel);
      } else {
        this.#unsupported.add(channel.id);
        problems.push(problem);
      }
    }
    if (channels.length > 0) this.#send({ op: "advertise", channels });
    return problems;
  }
}

/** Returns text, or a copy of bytes, because the schema is sent again after a reconnect. */
function copySchema(schema: string | ByteSource, topic: string): string | Uint8Array {
  if (typeof schema === "string") return schema;
  const bytes = bytesOf(schema);
  if (bytes) return new Uint8Array(bytes);
  throw new TypeError(`Cannot advertise "${topic}": its schema must be text or ${BYTES_RULE}, not ${kindOf(schema)}`);
}

/** Returns why the server does not accept the channel, or `undefined` if it does. */
function findProblem({ topic, encoding }: ClientChannelInit, info: ServerInfo): string | undefined {
  const { capabilities, supportedEncodings } = info;
  if (!capabilities.includes("clientPublish")) {
    return `Cannot advertise "${topic}": the server has no capability "clientPublish"`;
  }
  if (supportedEncodings && !supportedEncodings.includes(encoding)) {
    return `Cannot advertise "${topic}": the server does not support encoding "${encoding}"`;
  }
  return undefined;
}
