// FakeServer: the server's side of a client's conversations, without a network.

import { assertEquals } from "@std/assert/equals";
import { FoxgloveClient, type WaitOptions } from "../../src/client/client.ts";
import type { ClientSocket, SocketEvent } from "../../src/client/client_socket.ts";
import type { FoxgloveClientListener } from "../../src/client/listener.ts";
import type { FoxgloveClientOptions } from "../../src/client/options.ts";
import { CLOCK } from "../../src/clock.ts";
import { CAPABILITIES } from "../../src/protocol/capabilities.ts";
import { decodeClientMessage } from "../../src/protocol/decode.ts";
import { encodeServerMessage } from "../../src/protocol/encode.ts";
import type { ClientMessage, ServerMessage } from "../../src/protocol/messages.ts";
import type { ServerInfo } from "../../src/protocol/server_info.ts";
import { Queue } from "./events.ts";
import { TestClock } from "./test_clock.ts";

type ConnectOptions = FoxgloveClientOptions & WaitOptions;

export const URL_OF_FAKE = "ws://robot:8765/path?token=secret";

/** A `serverInfo` with every capability. */
export const ABLE: ServerInfo = {
  op: "serverInfo",
  name: "fake",
  capabilities: CAPABILITIES,
  supportedEncodings: ["json"],
  sessionId: "session 1",
};

/** A server to which clients connect by the option `createWebSocket`. */
export class FakeServer {
  readonly clock: TestClock = new TestClock();
  readonly #connections = new Queue<FakeConnection>("a connection");
  /** Options of a client that gets here. */
  options(options: ConnectOptions = {}): ConnectOptions {
    return {
      createWebSocket: (url, subprotocols) => {
        const connection = new FakeConnection(url, subprotocols);
        this.#connections.push(connection);
        return connection;
      },
      ...options,
      ...{ [CLOCK]: this.clock },
    };
  }

  /** How many connections nobody has taken. */
  get unanswered(): number {
    return this.#connections.size;
  }

  /** The next attempt of a client to connect. */
  next(): Promise<FakeConnection> {
    return this.#connections.next();
  }
}

/** What happened to a client, hook by hook. */
export class ClientLog {
  readonly #calls: unknown[][] = [];
  readonly listener: FoxgloveClientListener = {
    onConnectionState: this.#note("state", ({ type }) => type),
    onSessionReset: this.#note("session"),
    onAdvertise: this.#note("advertise", topics),
    onUnadvertise: this.#note("unadvertise", topics),
    onAdvertiseServices: this.#note("services", names),
    onUnadvertiseServices: this.#note("no services", names),
    onStatus: this.#note("status", ({ message }) => message),
    onRemoveStatus: this.#note("remove status"),
    onTime: this.#note("time"),
    onParameterValues: this.#note("parameters", names),
    onPlaybackState: this.#note("playback", ({ status }) => status),
    onWarning: this.#note("warning"),
    onError: this.#note("error", (error) => error instanceof Error ? error.message : error),
  };

  /** The calls since the last look. */
  take(): unknown[][] {
    return this.#calls.splice(0);
  }

  #note<First, Rest extends unknown[]>(name: string, pick: (first: First) => unknown = (first) => first) {
    return (_client: FoxgloveClient, first: First, ...rest: Rest): void => {
      this.#calls.push([name, pick(first), ...rest]);
    };
  }
}

/** A client that is connected to a fake server, which has introduced itself. */
export async function meeting(
  options: FoxgloveClientOptions = {},
  info: ServerInfo = ABLE,
): Promise<{ server: FakeServer; client: FoxgloveClient; peer: FakeConnection; log: ClientLog }> {
  const server = new FakeServer();
  const log = new ClientLog();
  const connecting = FoxgloveClient.connect(URL_OF_FAKE, server.options({ listener: log.listener, ...options }));
  const peer = await server.next();
  peer.accepts();
  peer.says(info);
  const client = await connecting;
  log.take();
  return { server, client, peer, log };
}

/** One attempt of a client to connect: its WebSocket, seen from both sides. */
export class FakeConnection implements ClientSocket {
  readonly url: string;
  readonly subprotocols: readonly string[];
  binaryType = "blob";
  protocol = "";
  bufferedAmount = 0;
  /** What the client closed it with. */
  closedWith: number | undefined;
  readonly #listeners = new Map<string, (event: SocketEvent) => void>();
  readonly #inbox = new Queue<ClientMessage>("a message from the client");

  constructor(url: string, subprotocols: readonly string[]) {
    this.url = url;
    this.subprotocols = subprotocols;
  }

  addEventListener(type: string, listener: (event: SocketEvent) => void): void {
    this.#listeners.set(type, listener);
  }

  send(data: string | Uint8Array<ArrayBuffer>): void {
    this.#inbox.push(decodeClientMessage(typeof data === "string" ? data : data.slice()));
  }

  close(code?: number): void {
    this.closedWith ??= code;
  }

  /** The handshake is done. */
  accepts(subprotocol = "foxglove.sdk.v1"): void {
    this.protocol = subprotocol;
    this.#happens("open", {});
  }

  says(...messages: ServerMessage[]): void {
    for (const message of messages) this.saysRaw(encodeServerMessage(message));
  }

  saysRaw(data: string | Uint8Array<ArrayBuffer>): void {
    this.#happens("message", { data: typeof data === "string" ? data : data.slice().buffer });
  }

  /** The connection is gone. */
  leaves(code = 1006, reason = ""): void {
    this.#happens("close", { code, reason });
  }

  /** It could not be opened. */
  fails(message: string): void {
    this.#happens("error", { message });
    this.leaves();
  }

  /** The next messages are these, and have come already. */
  hears(...messages: ClientMessage[]): void {
    for (const message of messages) assertEquals(this.takes(), message);
  }

  /** Nothing more has come. */
  hearsNothing(): void {
    assertEquals(this.#inbox.take(), undefined);
  }

  /** Takes the next message, which must have come already. */
  takes(): ClientMessage {
    const message = this.#inbox.take();
    if (!message) throw new Error("The client has said nothing more");
    return message;
  }

  /** Waits for the next message. */
  next(): Promise<ClientMessage> {
    return this.#inbox.next();
  }

  #happens(type: string, event: SocketEvent): void {
    this.#listeners.get(type)?.(event);
  }
}

function topics(channels: readonly { topic: string }[]): string[] {
  return channels.map(({ topic }) => topic);
}

function names(things: readonly { name: string }[]): string[] {
  return things.map(({ name }) => name);
}
