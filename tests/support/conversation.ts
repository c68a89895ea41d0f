// Conversations: what a server and its clients say to one another, without a network.

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
import type { Logger } from "../../src/server/logger.ts";
import type { FoxgloveServerOptions } from "../../src/server/options.ts";
import { WATERMARK_BYTES } from "../../src/server/delivery/outbox.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { Queue } from "./events.ts";
import { FakeServerSocket } from "./fake_server_socket.ts";

/** Ids as tests write them. */
export const channel = (id: number): ChannelId => id as ChannelId;
export const subscription = (id: number): SubscriptionId => id as SubscriptionId;
export const clientChannel = (id: number): ClientChannelId => id as ClientChannelId;
export const service = (id: number): ServiceId => id as ServiceId;

/** Text as payloads are. */
export function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** A channel without peculiarities. */
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
  /** Leave `serverInfo` and what follows it to be heard. */
  keepGreeting?: boolean;
}

/** A server that listens nowhere, and a way to connect clients to it. */
export interface Conversation {
  readonly server: FoxgloveServer;
  /** Log lines, each with its level before it. */
  readonly log: readonly string[];
  /** Connects a client. */
  client(options?: FakeClientOptions): FakeClient;
}

/** A clock whose `soon()` is the conversation's. */
type PartialClock = Pick<Clock, "now" | "after">;

/**
 * The machine's time. Long alarms never ring, because the server would leave them behind: conversations do not close their servers. Time
 * limits of tests are short, and a server that closes keeps the process alive.
 */
const WITHOUT_LONG_ALARMS: PartialClock = {
  now: MACHINE_CLOCK.now,
  after: (ms, callback, { keepsAlive = false } = {}) =>
    ms < 1000 || keepsAlive ? MACHINE_CLOCK.after(ms, callback, { keepsAlive: true }) : () => {},
};

/** What the server does "soon": at the latest in a microtask, and earlier where a test must see the result at once. */
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

/** Begins a conversation. */
export function conversation(
  options: Partial<FoxgloveServerOptions> = {},
  { clock = WITHOUT_LONG_ALARMS }: { clock?: PartialClock } = {},
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

/** A client over a socket that is none. */
export class FakeClient {
  /** What the server closed the socket with. */
  closedWith: { code: number | undefined; reason: string | undefined } | undefined;
  readonly #wire: (string | Uint8Array)[] = [];
  /** What the server sent and the test has not heard yet, decoded. */
  readonly #inbox = new Queue<ServerMessage>("a message from the server");
  readonly #soon: Soon;
  readonly #socket: FakeServerSocket;

  constructor(server: FoxgloveServer, soon: Soon, options: FakeClientOptions = {}) {
    this.#soon = soon;
    this.#socket = new FakeServerSocket({
      send: (data) => {
        // Decoding copies nothing, and the server uses its frames again.
        const own = typeof data === "string" ? data : copyOf(data);
        this.#wire.push(own);
        this.#inbox.push(decodeServerMessage(own));
      },
      close: (code, reason) => void (this.closedWith ??= { code, reason }),
    });
    const { subprotocol, remoteAddr, userAgent, identity, keepGreeting = false } = options;
    server.acceptSocket(this.#socket, { subprotocol, remoteAddr, userAgent, identity });
    if (!keepGreeting) this.#inbox.clear();
  }

  /** All that the server sent, as it was on the wire: decoding takes `null` for absent. */
  get wire(): readonly (string | Uint8Array)[] {
    this.#soon.now();
    return this.#wire;
  }

  /** How many messages have come that the test has not heard. */
  get unheard(): number {
    this.#soon.now();
    return this.#inbox.size;
  }

  /** Waits until so many messages have come that the test has not heard. */
  async arrived(count: number): Promise<void> {
    for (let turns = 0; this.unheard < count; turns++) {
      if (turns === 5000) throw new Error(`Only ${this.unheard} of ${count} messages have come`);
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

  /** Subscribes, by ids. */
  subscribes(id: number, channelId: ChannelId): void {
    this.says({ op: "subscribe", subscriptions: [{ id: subscription(id), channelId }] });
  }

  /** Reads no more: its socket takes nothing. */
  stalls(bytes: number = WATERMARK_BYTES): void {
    this.#socket.bufferedAmount = bytes;
  }

  /** Leaves pings unanswered, so that Deno begins to close its socket, and does not get to the end. */
  fallsSilent(): void {
    this.#socket.readyState = WebSocket.CLOSING;
    this.#socket.bufferedAmount = 0;
  }

  /** Reads all there is in its socket. What waits behind it comes when the event loop has turned. */
  reads(): void {
    this.#socket.bufferedAmount = 0;
  }

  /** The connection is lost; may be said twice, as Deno does. */
  leaves(): void {
    this.#socket.emit("close");
  }

  /** Takes the next message, which must have come already. */
  takes(): ServerMessage {
    this.#soon.now();
    const message = this.#inbox.take();
    if (!message) throw new Error("The server has said nothing more");
    return message;
  }

  /** The next messages are these, and have come already. */
  hears(...messages: ServerMessage[]): void {
    for (const message of messages) assertEquals(this.takes(), message);
  }

  /** The next message is a status of this level; its text, which must hold each part, is returned. */
  hearsStatus(level: StatusLevel, ...parts: string[]): string {
    const message = this.takes();
    assertEquals({ op: message.op, level: message.op === "status" ? message.level : undefined }, {
      op: "status",
      level,
    });
    const text = message.op === "status" ? message.message : "";
    for (const part of parts) assertEquals(text.includes(part), true, `"${text}" does not hold "${part}"`);
    return text;
  }

  /** The next message is an ERROR about the request with this id; its text, which must hold each part, is returned. */
  hearsRefusal(requestId: string, ...parts: string[]): string {
    const message = this.takes();
    const text = message.op === "status" ? message.message : "";
    assertEquals(message, { op: "status", level: StatusLevel.ERROR, message: text, id: requestId });
    for (const part of parts) assertEquals(text.includes(part), true, `"${text}" does not hold "${part}"`);
    return text;
  }

  /** Nothing more has come. */
  hearsNothing(): void {
    assertEquals(this.unheard === 0 ? undefined : this.takes(), undefined);
  }

  /** Waits for the next message, for answers that take a hook's time. */
  next(): Promise<ServerMessage> {
    return this.#inbox.next();
  }
}

/** Lets all hooks and answers go on that wait for nothing but one another. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Names the calls of a listener's hooks, in their order. */
export class HookLog {
  readonly #calls: unknown[][] = [];

  note(...call: unknown[]): void {
    this.#calls.push(call);
  }

  /** The calls since the last look. */
  take(): unknown[][] {
    return this.#calls.splice(0);
  }
}

/** The client's id, as hooks name it. */
export function clientId(id: number): ClientId {
  return id as ClientId;
}

function copyOf(data: ArrayBufferLike | ArrayBufferView | Blob): Uint8Array {
  if (!(data instanceof Uint8Array)) throw new TypeError("The server sends text and Uint8Array only");
  return data.slice();
}
