// Publications: the channels that a client publishes on.

import { BYTES_RULE, bytesOf, type ByteSource, kindOf } from "../protocol/bytes.ts";
import type { ClientChannel } from "../protocol/client_publish.ts";
import type { ClientChannelId } from "../protocol/ids.ts";
import type { ClientMessage } from "../protocol/messages.ts";
import type { ServerInfo } from "../protocol/server_info.ts";
import { encodeMessage } from "./encode_message.ts";
import { payloadBytes } from "./payload_bytes.ts";
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

/** The parts of a client that {@linkcode Publications} uses. */
export interface PublicationsContext {
  send(message: ClientMessage): void;
  /** The current `serverInfo`, or `undefined` without a connection. */
  serverInfo(): ServerInfo | undefined;
  /** How many bytes are queued in the socket. */
  bufferedAmount(): number;
  /** Messages are dropped while more bytes are queued. */
  maxBufferedBytes: number;
  onWarning(message: string): void;
}

interface Publication {
  channel: ClientChannel;
  /** Whether the server of the current connection has received the channel. */
  isSent: boolean;
  /** Why the current server does not accept the channel. A warning has this text. */
  problem: string | undefined;
}

/** The channels of one client. They are advertised on every connection whose server accepts them. */
export class Publications {
  readonly #context: PublicationsContext;
  readonly #publications = new Map<ClientChannelId, Publication>();
  readonly #ids = new WrappingIds<"clientChannel">((id) => this.#publications.has(id));

  constructor(context: PublicationsContext) {
    this.#context = context;
  }

  /** Whether the channel was added and not removed. */
  has(channelId: ClientChannelId): boolean {
    return this.#publications.has(channelId);
  }

  /** Whether the server of the current connection accepts the channel. */
  isAdvertised(channelId: ClientChannelId): boolean {
    const publication = this.#publications.get(channelId);
    return publication !== undefined && publication.isSent && publication.problem === undefined;
  }

  /**
   * Adds a channel, and advertises it as soon as a server accepts it. Returns its id.
   *
   * @throws {TypeError} When a field has the wrong type.
   */
  add({ schemaName = "", schema, ...init }: ClientChannelInit): ClientChannelId {
    const schemaField = schema === undefined ? {} : { schema: copySchema(schema, init.topic) };
    const channel: ClientChannel = { ...init, ...schemaField, schemaName, id: this.#ids.next() };
    // A channel that cannot be encoded throws here, and not on a later connection.
    encodeMessage({ op: "advertise", channels: [channel] });
    const publication: Publication = { channel, isSent: false, problem: undefined };
    this.#publications.set(channel.id, publication);
    this.#warn(this.#advertise([publication]));
    return channel.id;
  }

  remove(channelId: ClientChannelId): boolean {
    const publication = this.#publications.get(channelId);
    if (!publication) return false;
    this.#publications.delete(channelId);
    if (publication.isSent) this.#context.send({ op: "unadvertise", channelIds: [channelId] });
    return true;
  }

  /** Sends a message, or drops it. Returns whether it was sent. See `FoxgloveClient.publish()`. */
  publish(channelId: ClientChannelId, payload: ByteSource | string): boolean {
    const topic = this.#publications.get(channelId)?.channel.topic;
    if (topic === undefined) {
      throw new RangeError(`Cannot publish on client channel ${channelId}: it is not advertised`);
    }
    const bytes = payloadBytes(payload, `publish on "${topic}"`);
    const { serverInfo, bufferedAmount, maxBufferedBytes, send } = this.#context;
    if (!serverInfo() || !this.isAdvertised(channelId) || bufferedAmount() > maxBufferedBytes) return false;
    send({ op: "messageData", channelId, payload: bytes });
    return true;
  }

  /** Advertises all channels that the server accepts now and did not accept before. Then warns about the others. */
  onServerInfo(): void {
    this.#warn(this.#advertise([...this.#publications.values()]));
  }

  /** The next server has not received any of the channels. */
  onConnectionLost(): void {
    for (const publication of this.#publications.values()) publication.isSent = false;
  }

  /** Returns the problems that are new. A problem that continues on the next connection is not repeated. */
  #advertise(publications: readonly Publication[]): string[] {
    const info = this.#context.serverInfo();
    if (!info) return [];
    const problems: string[] = [];
    const channels: ClientChannel[] = [];
    for (const publication of publications) {
      const problem = findProblem(publication.channel, info);
      if (problem !== undefined && problem !== publication.problem) problems.push(problem);
      publication.problem = problem;
      if (problem !== undefined || publication.isSent) continue;
      publication.isSent = true;
      channels.push(publication.channel);
    }
    if (channels.length > 0) this.#context.send({ op: "advertise", channels });
    return problems;
  }

  #warn(problems: readonly string[]): void {
    for (const problem of problems) this.#context.onWarning(problem);
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
