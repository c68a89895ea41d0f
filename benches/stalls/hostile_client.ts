// HostileClient: a client on bare TCP that sends any bytes, and counts the answers.

import { encodeFrame, Opcode } from "../../tests/support/raw_socket.ts";
import { FrameWalker } from "../load/frame_walker.ts";
import { handshake } from "../load/load_connection.ts";
import type { Figure } from "./stall_scenario.ts";

const READ_BYTES = 256 * 1024;
/** All answers have arrived if nothing arrives for this long after the pong. */
const QUIET_MS = 300;
const POLL_MS = 10;

/** A client that reads only if `read()` is called. */
export class HostileClient implements Disposable {
  /** The number of received text messages, by `op`. */
  readonly texts: Map<string, number> = new Map();
  /** The size of each received binary message, in bytes. */
  readonly binaries: number[] = [];
  /** The number of received bytes. */
  bytes = 0;
  pongs = 0;
  /** The code of the close frame; 0 if the connection ended without one; `undefined` while it is open. */
  closeCode: number | undefined;
  /** Called for each text message. */
  onText: (text: string) => void = () => {};

  readonly #conn: Deno.TcpConn;
  readonly #walker: FrameWalker;
  #unread: Uint8Array;
  #onProgress: () => void = () => {};
  #readAt = 0;
  #sent: Promise<void> = Promise.resolve();

  /** Connects and makes the handshake. */
  static async connect(port: number): Promise<HostileClient> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.setNoDelay(true);
    return new HostileClient(conn, await handshake(conn, port));
  }

  private constructor(conn: Deno.TcpConn, unread: Uint8Array) {
    this.#conn = conn;
    this.#unread = unread;
    this.#walker = new FrameWalker({
      data: (_id, _low, _high, payloadBytes) => void this.binaries.push(payloadBytes),
      otherBinary: (_opcode, bytes) => void this.binaries.push(bytes),
      text: (text) => this.#text(text),
      control: (opcode, payload) => this.#control(opcode, payload),
    });
  }

  get isOpen(): boolean {
    return this.closeCode === undefined;
  }

  /** The state of the connection after an attack. */
  get closeFigure(): Figure {
    return {
      name: "closed by the server",
      value: this.closeCode ?? -1,
      unit: "close code; 0: without one, -1: still open",
    };
  }

  /** Sends bytes after those of earlier calls. They are lost if the server has ended the connection. */
  send(bytes: Uint8Array): Promise<void> {
    // A write may take only a part: two at the same time would mix their frames.
    this.#sent = this.#sent.then(() => this.#write(bytes));
    return this.#sent;
  }

  /** Reads until the connection ends. Does not reject if the server ends it. */
  async read(): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    let bytes: Uint8Array = this.#unread;
    try {
      for (let length: number | null = 0; length !== null; length = await this.#conn.read(buffer)) {
        if (length > 0) bytes = buffer.subarray(0, length);
        this.bytes += bytes.length;
        this.#readAt = performance.now();
        this.#walker.push(bytes);
        this.#onProgress();
      }
    } catch (error) {
      if (!isEnd(error)) throw error;
    }
    this.closeCode ??= 0;
    this.#onProgress();
  }

  /** Waits until the condition holds, the connection ends, or the time is over. Returns whether the condition holds. */
  async until(condition: () => boolean, limitMs: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onProgress = () => {
      if (condition() || !this.isOpen) resolve();
    };
    this.#onProgress();
    const timer = setTimeout(resolve, limitMs);
    await promise;
    clearTimeout(timer);
    this.#onProgress = () => {};
    return condition();
  }

  /**
   * Waits until the server has answered everything, the connection ends, or the time is over. Without `isComplete`, or
   * if it never holds, the wait ends when nothing has arrived for a while.
   */
  async untilAnswered(limitMs: number, isComplete: () => boolean = () => false): Promise<void> {
    const deadline = performance.now() + limitMs;
    const pongs = this.pongs;
    await this.send(encodeFrame({ opcode: Opcode.PING }));
    await this.until(() => isComplete() || this.pongs > pongs, limitMs);
    // Answers in the server's queue arrive after the pong.
    while (
      !isComplete() && this.isOpen && performance.now() < deadline && performance.now() - this.#readAt < QUIET_MS
    ) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** The number of received text messages with this `op`. */
  count(op: string): number {
    return this.texts.get(op) ?? 0;
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await this.#conn.write(rest));
    } catch (error) {
      if (!isEnd(error)) throw error;
    }
  }

  #text(text: string): void {
    const op = text.slice(0, 100).match(/"op":"(\w+)"/)?.[1] ?? "";
    this.texts.set(op, this.count(op) + 1);
    this.onText(text);
  }

  #control(opcode: number, payload: Uint8Array): void {
    if (opcode === Opcode.PING) void this.send(encodeFrame({ opcode: Opcode.PONG, payload }));
    if (opcode === Opcode.PONG) this.pongs += 1;
    if (opcode === Opcode.CLOSE) this.closeCode = payload.length >= 2 ? payload[0]! * 256 + payload[1]! : 1005;
  }
}

/** A text message as a frame. */
export function textFrame(message: string | object): Uint8Array {
  const text = typeof message === "string" ? message : JSON.stringify(message);
  return encodeFrame({ opcode: Opcode.TEXT, payload: new TextEncoder().encode(text) });
}

/** The frames one after another. */
export function joined(frames: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(frames.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const frame of frames) {
    bytes.set(frame, at);
    at += frame.length;
  }
  return bytes;
}

function isEnd(error: unknown): boolean {
  const { ConnectionReset, BrokenPipe, BadResource, Interrupted } = Deno.errors;
  return [ConnectionReset, BrokenPipe, BadResource, Interrupted].some((kind) => error instanceof kind);
}
