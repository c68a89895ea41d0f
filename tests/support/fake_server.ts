// FakeServer: the server side of a client's connections, without a network.

import { assertEquals } from "@std/assert/equals";
import type { WaitOptions } from "../../src/client/call_options.ts";
import { FoxgloveClient } from "../../src/client/client.ts";
import type { ClientSocket } from "../../src/client/client_socket.ts";
import type { SocketEvent } from "../../src/web_socket_like.ts";
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

export const FAKE_URL = "ws://robot:8765/path?token=secret";

/** A `serverInfo` with every capability. */
export const FULL_SERVER_INFO: ServerInfo = {
  op: "serverInfo",
  name: "fake",
  capabilities: CAPABILITIES,
  supportedEncodings: ["json"],
  sessionId: "session 1",
};

/** A server that clients connect to with the option `createWebSocket`. */
export class FakeServer {
  readonly clock: TestClock = new TestClock();
  readonly #connections = new Queue<FakeConnection>("a connection");

  /** Returns the options of a client that connects to this server. By default it writes no log. */
  options(options: ConnectOptions = {}): ConnectOptions {
    return {
      createWebSocket: (url, subprotocols) => {
        const connection = new FakeConnection(url, subprotocols);
        this.#connections.push(connection);
        return connection;
      },
      logger: false,
      ...options,
      ...{ [CLOCK]: this.clock },
    };
  }

  /** How many connections have not been returned by `next()` yet. */
  get pendingConnections(): number {
    return this.#connections.size;
  }

  /** Returns the next attempt of a client to connect. */
  next(): Promise<FakeConnection> {
    return this.#connections.next();
  }
}

/** Records the calls of a client's hooks. */
export class ClientLog {
  readonly #calls: unknown[][] = [];
  readonly listener: Required<Omit<FoxgloveClientListener, "onServerInfo">> = {
    onConnectionState: this.#record("state", ({ type }) => type),
    onSessionReset: this.#record("session"),
    onAdvertise: this.#record("advertise", topics),
    onUnadvertise: this.#record("unadvertise", topics),
    onAdvertiseServices: this.#record("services", names),
    onUnadvertiseServices: this.#record("no services", names),
    onStatus: this.#record("status", ({ message }) => message),
    onRemoveStatus: this.#record("remove status"),
    onTime: this.#record("time"),
    onParameterValues: this.#record("parameters", names),
    onPlaybackState: this.#record("playback", ({ status }) => status),
    onWarning: this.#record("warning"),
    onError: this.#record("error", (error) => error instanceof Error ? error.message : error),
  };

  /** Returns the calls since the last call of this method. */
  take(): unknown[][] {
    return this.#calls.splice(0);
  }

  #record<First, Rest extends unknown[]>(name: string, pick: (first: First) => unknown = (first) => first) {
    return (_client: FoxgloveClient, first: First, ...rest: Rest): void => {
      this.#calls.push([name, pick(first), ...rest]);
    };
  }
}

/** Returns a client that is connected to a fake server, and has received its `serverInfo`. */
export async function connectedClient(
  options: FoxgloveClientOptions = {},
  info: ServerInfo = FULL_SERVER_INFO,
): Promise<{ server: FakeServer; client: FoxgloveClient; peer: FakeConnection; log: ClientLog }> {
  const server = new FakeServer();
  const log = new ClientLog();
  const connecting = FoxgloveClient.connect(FAKE_URL, server.options({ listener: log.listener, ...options }));
  const peer = await server.next();
  peer.accepts();
  peer.says(info);
  const client = await connecting;
  log.take();
  return { server, client, peer, log };
}

/** One attempt of a client to connect: its WebSocket, with methods for both sides. */
export class FakeConnection implements ClientSocket {
  readonly url: string;
  readonly subprotocols: readonly string[];
  binaryType = "blob";
  protocol = "";
  bufferedAmount = 0;
  /** The code with which the client closed the socket. */
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

  /**
   * Completes the handshake. The default is not the newest subprotocol, because most tests send channels that contain
   * their schemas.
   */
  accepts(subprotocol = "foxglove.sdk.v1"): void {
    this.protocol = subprotocol;
    this.#dispatch("open", {});
  }

  says(...messages: ServerMessage[]): void {
    for (const message of messages) this.saysRaw(encodeServerMessage(message));
  }

  saysRaw(data: string | Uint8Array<ArrayBuffer>): void {
    this.#dispatch("message", { data: typeof data === "string" ? data : data.slice().buffer });
  }

  /** Closes the connection from the server's side. */
  leaves(code = 1006, reason = ""): void {
    this.#dispatch("close", { code, reason });
  }

  /** Fails the attempt to connect. */
  fails(message: string, error?: Error): void {
    this.#dispatch("error", { message, error });
    this.leaves();
  }

  /** Asserts that these messages of the client have arrived, in this order. */
  hears(...messages: ClientMessage[]): void {
    for (const message of messages) assertEquals(this.takes(), message);
  }

  /** Asserts that no further message has arrived. */
  hearsNothing(): void {
    assertEquals(this.#inbox.take(), undefined);
  }

  /** Returns the next message of the client. Throws if none has arrived. */
  takes(): ClientMessage {
    const message = this.#inbox.take();
    if (!message) throw new Error("Cannot take a message: none has arrived");
    return message;
  }

  /** Waits for the next message. */
  next(): Promise<ClientMessage> {
    return this.#inbox.next();
  }

  #dispatch(type: string, event: SocketEvent): void {
    this.#listeners.get(type)?.(event);
  }
}

function topics(channels: readonly { topic: string }[]): string[] {
  return channels.map(({ topic }) => topic);
}

function names(things: readonly { name: string }[]): string[] {
  return things.map(({ name }) => name);
}
