// Conversations: a server and its clients exchange messages without a network.

import { setImmediate } from "node:timers";
import { assertEquals } from "@std/assert/equals";
import type { Subprotocol } from "../../src/protocol/capabilities.ts";
import { decodeServerMessage } from "../../src/protocol/decode.ts";
import { encodeClientMessage } from "../../src/protocol/encode.ts";
import type { ChannelId, ClientChannelId, ServiceId, SubscriptionId } from "../../src/protocol/ids.ts";
import type { ClientMessage, ServerMessage } from "../../src/protocol/messages.ts";
import { StatusLevel } from "../../src/protocol/status.ts";
import { CLOCK, type Clock } from "../../src/clock.ts";
import { MACHINE_CLOCK } from "../../src/machine_clock.ts";
import type { RemoteAddress } from "../../src/server/address.ts";
import type { ClientId } from "../../src/server/client_info.ts";
import type { Identity } from "../../src/server/identity.ts";
import type { Logger } from "../../src/logger.ts";
import type { FoxgloveServerOptions } from "../../src/server/options.ts";
import { WATERMARK_BYTES } from "../../src/server/clients/socket_transport.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { Queue } from "./events.ts";
import type { SocketEvent } from "../../src/web_socket_like.ts";
import { FakeServerSocket } from "./fake_server_socket.ts";

/** Short ways to write ids in tests. */
export const channel = (id: number): ChannelId => id as ChannelId;
export const subscription = (id: number): SubscriptionId => id as SubscriptionId;
export const clientChannel = (id: number): ClientChannelId => id as ClientChannelId;
export const service = (id: number): ServiceId => id as ServiceId;

/** Encodes text as UTF-8. */
export function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** A channel with default options. */
export const ODOM = {
  topic: "/odom",
  encoding: "json",
  schemaName: "Odometry",
  schema: '{"type":"object"}',
  schemaEncoding: "jsonschema",
} as const;

/** How a client of a conversation connects. */
export interface FakeClientOptions {
  subprotocol?: Subprotocol | undefined;
  remoteAddr?: RemoteAddress;
  userAgent?: string;
  identity?: Identity;
  /** Keeps `serverInfo` and the other first messages in the inbox. */
  keepFirstMessages?: boolean;
}

/** A server without a listener, and a method that connects clients to it. */
export interface Conversation {
  readonly server: FoxgloveServer;
  /** Log lines, each prefixed with its level. */
  readonly log: readonly string[];
  /** Connects a client. */
  client(options?: FakeClientOptions): FakeClient;
}

/** A clock without `soon()`, which the conversation adds. */
type PartialClock = Pick<Clock, "now" | "after">;

/**
 * The machine's clock without long timers. The server would leak them, because conversations do not close their
 * servers. Time limits of tests are short, and a server that closes keeps the process alive.
 */
const WITHOUT_LONG_TIMERS: PartialClock = {
  now: MACHINE_CLOCK.now,
  after: (ms, callback, { keepsAlive = false } = {}) =>
    ms < 1000 || keepsAlive ? MACHINE_CLOCK.after(ms, callback, { keepsAlive: true }) : () => {},
};

/** Callbacks of `Clock.soon()`. They run in a microtask, or earlier if a test needs the result immediately. */
class Soon {
  readonly #callbacks: (() => void)[] = [];

  add(callback: () => void): void {
    this.#callbacks.push(callback);
    queueMicrotask(() => this.now());
  }

  now(): void {
    for (const callback of this.#callbacks.splice(0)) callback();
  }
}

/** Starts a conversation. */
export function conversation(
  options: Partial<FoxgloveServerOptions> = {},
  { clock = WITHOUT_LONG_TIMERS }: { clock?: PartialClock } = {},
): Conversation {
  const log: string[] = [];
  const line = (level: string) => (message: string) => void log.push(`${level}: ${message}`);
  const logger: Logger = { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
  const soon = new Soon();
  const ownClock: Clock = {
    now: () => clock.now(),
    after: (ms, callback, options) => clock.after(ms, callback, options),
    soon: (callback) => soon.add(callback),
  };
  const server = new FoxgloveServer({ name: "test", logger, ...options, ...{ [CLOCK]: ownClock } });
  return { server, log, client: (how) => new FakeClient(server, soon, how) };
}

/** A client with a fake socket. */
export class FakeClient {
  /** The code and reason with which the server closed the socket. */
  closedWith: { code: number | undefined; reason: string | undefined } | undefined;
  readonly #wire: (string | Uint8Array)[] = [];
  /** Decoded messages that the test has not taken yet. */
  readonly #inbox = new Queue<ServerMessage>("a message from the server");
  readonly #soon: Soon;
  readonly #socket: FakeServerSocket;

  constructor(server: FoxgloveServer, soon: Soon, options: FakeClientOptions = {}) {
    this.#soon = soon;
    this.#socket = new FakeServerSocket({
      send: (data) => {
        // Decoded messages are views, and the server reuses its frames.
        const own = typeof data === "string" ? data : copyOf(data);
        this.#wire.push(own);
        this.#inbox.push(decodeServerMessage(own));
      },
      close: (code, reason) => void (this.closedWith ??= { code, reason }),
    });
    const { subprotocol, remoteAddr, userAgent, identity, keepFirstMessages = false } = options;
    server.acceptSocket(this.#socket, { subprotocol, remoteAddr, userAgent, identity });
    if (!keepFirstMessages) this.#inbox.clear();
  }

  /** All messages of the server as sent, because decoding hides the difference between `null` and an absent member. */
  get wire(): readonly (string | Uint8Array)[] {
    this.#soon.now();
    return this.#wire;
  }

  /** How many received messages the test has not taken. */
  get inboxSize(): number {
    this.#soon.now();
    return this.#inbox.size;
  }

  /** Waits until the inbox has `count` messages. */
  async arrived(count: number): Promise<void> {
    for (let turns = 0; this.inboxSize < count; turns++) {
      if (turns === 5000) throw new Error(`Only ${this.inboxSize} of ${count} messages were received`);
      await settled();
    }
  }

  says(message: ClientMessage): void {
    this.saysRaw(encodeClientMessage(message));
  }

  saysRaw(data: string | Uint8Array | ArrayBuffer): void {
    this.#soon.now();
    this.#socket.receive(data);
  }

  /** Subscribes to a channel with this subscription id. */
  subscribes(id: number, channelId: ChannelId): void {
    this.says({ op: "subscribe", subscriptions: [{ id: subscription(id), channelId }] });
  }

  /** Stops reading, so that the socket accepts no more data. */
  stalls(bytes: number = WATERMARK_BYTES): void {
    this.#socket.bufferedAmount = bytes;
  }

  /** Stops answering pings: Deno starts to close the socket, but the closing handshake does not finish. */
  stopsAnsweringPings(): void {
    this.#socket.readyState = WebSocket.CLOSING;
    this.#socket.bufferedAmount = 0;
  }

  /** Reads all data in the socket. The server sends the data in its queue in the next turn of the event loop. */
  reads(): void {
    this.#socket.bufferedAmount = 0;
  }

  /** Closes the connection, or ends it as the event says. Tests may call it twice, because Deno may report it twice. */
  leaves(event: SocketEvent = {}): void {
    this.#socket.emit("close", event);
  }

  /** Emits the event of a broken connection. The platform emits "close" right afterwards. */
  breaks(): void {
    this.#socket.emit("error");
  }

  /** Takes all messages that have arrived. */
  takesAll(): ServerMessage[] {
    const messages: ServerMessage[] = [];
    while (this.inboxSize > 0) messages.push(this.takes());
    return messages;
  }

  /** Takes the next message, which must already be in the inbox. */
  takes(): ServerMessage {
    this.#soon.now();
    const message = this.#inbox.take();
    if (!message) throw new Error("The server has sent no other message");
    return message;
  }

  /** Asserts that the inbox has these messages next. */
  hears(...messages: ServerMessage[]): void {
    for (const message of messages) assertEquals(this.takes(), message);
  }

  /** Asserts that the next message is a status of this level whose text contains each part. Returns the text. */
  hearsStatus(level: StatusLevel, ...parts: string[]): string {
    const message = this.takes();
    assertEquals({ op: message.op, level: message.op === "status" ? message.level : undefined }, {
      op: "status",
      level,
    });
    const text = message.op === "status" ? message.message : "";
    for (const part of parts) assertEquals(text.includes(part), true, `"${text}" does not contain "${part}"`);
    return text;
  }

  /** Asserts that the next message is an ERROR for this request whose text contains each part. Returns the text. */
  hearsRefusal(requestId: string, ...parts: string[]): string {
    const message = this.takes();
    const text = message.op === "status" ? message.message : "";
    assertEquals(message, { op: "status", level: StatusLevel.ERROR, message: text, id: requestId });
    for (const part of parts) assertEquals(text.includes(part), true, `"${text}" does not contain "${part}"`);
    return text;
  }

  /** Asserts that the inbox is empty. */
  hearsNothing(): void {
    assertEquals(this.inboxSize === 0 ? undefined : this.takes(), undefined);
  }

  /** Waits for the next message, such as the response of an asynchronous hook. */
  next(): Promise<ServerMessage> {
    return this.#inbox.next();
  }
}

/** More turns of the event loop than the requests of one test need: a server starts at most one per turn. */
const TURNS = 8;

/** Waits for some turns of the event loop, in which all pending microtasks, immediates and due timers run. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setTimeout(resolve, 0));
}

/** Records the calls of a listener's hooks, in order. */
export class HookLog {
  readonly #calls: unknown[][] = [];

  note(...call: unknown[]): void {
    this.#calls.push(call);
  }

  /** Returns the calls since the last `take()`. */
  take(): unknown[][] {
    return this.#calls.splice(0);
  }
}

/** Converts a number to a client's id. */
export function clientId(id: number): ClientId {
  return id as ClientId;
}

function copyOf(data: ArrayBufferLike | ArrayBufferView | Blob): Uint8Array {
  if (!(data instanceof Uint8Array)) throw new TypeError("The server sends text and Uint8Array only");
  return data.slice();
}
