// LoadConnection: one connection of the load client, over bare TCP.

import { FrameWalker } from "./frame_walker.ts";
import { type Stamp, SUBSCRIPTION_ID } from "./load_plan.ts";

const OPCODE_TEXT = 1;
const OPCODE_CLOSE = 8;
const OPCODE_PING = 9;
const OPCODE_PONG = 10;

/** Each server selects the subprotocol that it prefers. */
const SUBPROTOCOLS = "foxglove.websocket.v1, foxglove.sdk.v1";

/** Options of {@linkcode LoadConnection.connect}. */
export interface LoadConnectionOptions {
  port: number;
  /** The maximum size of a read. */
  readBytes: number;
  /** The required payload size. Absent: any size. */
  payloadBytes?: number;
  stamp: Stamp;
  /** What confirms the subscription: a message, or the answer to a ping that follows the subscription. */
  confirmedBy: "message" | "pong";
}

/** A client that subscribes to the first advertised channel, and counts messages. */
export class LoadConnection implements Disposable {
  /** The number of complete messages so far, and the size of their payloads. */
  messages = 0;
  payloadBytes = 0;
  /** The last number of the sequence; -1 before the first message. */
  sequence = -1;
  /** Gaps in the sequence. */
  missing = 0;
  /** If set, receives the latencies in ms of messages that are stamped with the time. */
  latencies: number[] | undefined;
  /** Resolves when the server has confirmed the subscription. */
  readonly subscribed: Promise<void>;
  /** Called after each read. */
  onWalked: () => void = () => {};

  readonly #conn: Deno.TcpConn;
  readonly #options: LoadConnectionOptions;
  readonly #walker: FrameWalker;
  readonly #subscribed = Promise.withResolvers<void>();
  #isSubscribing = false;
  #isReading = true;

  /** Connects and makes the handshake. */
  static async connect(options: LoadConnectionOptions): Promise<LoadConnection> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: options.port });
    conn.setNoDelay(true);
    const connection = new LoadConnection(conn, options);
    const rest = await handshake(conn, options.port);
    connection.#walker.push(rest);
    return connection;
  }

  private constructor(conn: Deno.TcpConn, options: LoadConnectionOptions) {
    this.#conn = conn;
    this.#options = options;
    this.subscribed = this.#subscribed.promise;
    this.#walker = new FrameWalker({
      data: (id, low, high, payloadBytes) => this.#data(id, high * 2 ** 32 + low, payloadBytes),
      otherBinary: (opcode, bytes) => {
        throw new Error(`Cannot count a binary message of opcode ${opcode} and ${bytes} bytes`);
      },
      text: (text) => this.#text(text),
      control: (opcode, payload) => this.#control(opcode, payload),
    });
  }

  /** Reads and counts until `pause()`. Rejects if the server ends the connection. */
  async read(): Promise<void> {
    const buffer = new Uint8Array(this.#options.readBytes);
    while (this.#isReading) {
      const length = await this.#conn.read(buffer);
      if (length === null) throw new Error("Cannot read on: the server has ended the connection");
      this.#walker.push(buffer.subarray(0, length));
      this.onWalked();
    }
  }

  /** Stops reading, but keeps the connection open. */
  pause(): void {
    this.#isReading = false;
  }

  /** Closes the connection. A pending `read()` rejects. */
  [Symbol.dispose](): void {
    this.#conn.close();
  }

  #data(subscriptionId: number, stamp: number, payloadBytes: number): void {
    const expected = this.#options.payloadBytes ?? payloadBytes;
    if (subscriptionId !== SUBSCRIPTION_ID || payloadBytes !== expected) {
      throw new Error(`Cannot count a message of subscription ${subscriptionId} with ${payloadBytes} bytes`);
    }
    if (this.messages === 0 && this.#options.confirmedBy === "message") this.#subscribed.resolve();
    this.messages += 1;
    this.payloadBytes += payloadBytes;
    if (this.#options.stamp === "sequence") this.#countMissing(stamp);
    if (this.#options.stamp === "epochNs") {
      this.latencies?.push(performance.timeOrigin + performance.now() - stamp / 1e6);
    }
  }

  #countMissing(sequence: number): void {
    if (sequence <= this.sequence) {
      throw new Error(`Cannot count message ${sequence}: it arrived after ${this.sequence}`);
    }
    if (this.sequence >= 0) this.missing += sequence - this.sequence - 1;
    this.sequence = sequence;
  }

  #text(text: string): void {
    const { op, channels } = JSON.parse(text);
    const [channel] = op === "advertise" ? channels : [];
    if (!channel || this.#isSubscribing) return;
    this.#isSubscribing = true;
    const subscriptions = [{ id: SUBSCRIPTION_ID, channelId: channel.id }];
    this.#send(OPCODE_TEXT, new TextEncoder().encode(JSON.stringify({ op: "subscribe", subscriptions })));
    // Servers read frames in order. Not used while data is sent, because the Python server fails if it answers while it
    // sends.
    if (this.#options.confirmedBy === "pong") this.#send(OPCODE_PING, new Uint8Array());
  }

  #control(opcode: number, payload: Uint8Array): void {
    if (opcode === OPCODE_PING) this.#send(OPCODE_PONG, payload);
    if (opcode === OPCODE_PONG) this.#subscribed.resolve();
    if (opcode === OPCODE_CLOSE) {
      const reason = new TextDecoder().decode(payload.subarray(2));
      throw new Error(`Cannot read on: the server closes the connection with the reason "${reason}"`);
    }
  }

  /** Masks with zeros, which does not change the bytes. These few short frames fit into the socket's buffer. */
  #send(opcode: number, payload: Uint8Array): void {
    if (payload.length >= 126) throw new RangeError(`Cannot send ${payload.length} bytes: the maximum is 125`);
    const frame = Uint8Array.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0, ...payload]);
    this.#conn.write(frame).catch(this.#subscribed.reject);
  }
}

/** Makes the handshake, and returns the bytes after the response. */
export async function handshake(
  conn: Deno.Conn,
  port: number,
  subprotocols: string = SUBPROTOCOLS,
): Promise<Uint8Array> {
  const lines = [
    "GET / HTTP/1.1",
    `Host: 127.0.0.1:${port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", // the example of RFC 6455
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Protocol: ${subprotocols}`,
    "",
    "",
  ];
  await conn.write(new TextEncoder().encode(lines.join("\r\n")));
  const buffer = new Uint8Array(4096);
  for (let filled = 0; filled < buffer.length;) {
    const length = await conn.read(buffer.subarray(filled));
    if (length === null) throw new Error("Cannot connect: the server ended the connection");
    filled += length;
    // One character for each byte, so that positions in text and buffer are the same.
    const text = String.fromCharCode(...buffer.subarray(0, filled));
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) continue;
    if (!text.startsWith("HTTP/1.1 101 ")) throw new Error(`Cannot connect: ${text.slice(0, text.indexOf("\r\n"))}`);
    return buffer.subarray(end + 4, filled);
  }
  throw new Error("Cannot connect: the response is too long");
}
