// A player on a test clock, and clients without a network that note what they receive.

import { setImmediate } from "node:timers";
import { CLOCK } from "../../../src/clock.ts";
import { type McapInput, McapPlayer, type McapPlayerOptions, McapWriter } from "../../../src/mcap/mod.ts";
import type { ChannelInit } from "../../../src/mcap/writer/inits.ts";
import type { Subprotocol } from "../../../src/protocol/capabilities.ts";
import { decodeServerMessage } from "../../../src/protocol/decode.ts";
import { encodeClientMessage } from "../../../src/protocol/encode.ts";
import type { SubscriptionId } from "../../../src/protocol/ids.ts";
import type { ServerMessage } from "../../../src/protocol/messages.ts";
import type { PlaybackControlRequest } from "../../../src/protocol/playback.ts";
import type { FoxgloveServer } from "../../../src/server/server.ts";
import { FakeServerSocket } from "../../support/fake_server_socket.ts";
import { TestClock } from "../../support/test_clock.ts";

/** One second in ns. */
export const S = 1_000_000_000n;
/** The metadata of a latched channel. */
export const LATCHED = { "foxglove-ws.latchDepth": "1" };

/** A message: its topic, its time in seconds, and its text. */
export type PlayMessage = readonly [topic: string, seconds: number, text?: string];

/** A channel of a file. Its schema has the name and no content. */
export interface PlayChannel {
  readonly metadata?: Record<string, string>;
  readonly schemaName?: string;
  readonly messageEncoding?: string;
}

/** Returns the bytes of a file. Each batch of messages is a chunk. */
export async function playFile(
  chunks: readonly (readonly PlayMessage[])[],
  channels: Readonly<Record<string, PlayChannel>> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const writer = await McapWriter.open({ write: (bytes) => void parts.push(bytes.slice()) }, { compression: "none" });
  for (const chunk of chunks) {
    for (const [topic, seconds, text = `${seconds}`] of chunk) {
      const { metadata = {}, schemaName, messageEncoding = "json" } = channels[topic] ?? {};
      const schemaId = schemaName ? writer.addSchema({ name: schemaName, encoding: "", data: "" }) : 0;
      const init: ChannelInit = { topic, messageEncoding, metadata, schemaId };
      const logTime = nsOf(seconds);
      writer.write({ channelId: writer.addChannel(init), logTime, data: new TextEncoder().encode(text) });
    }
    await writer.flush();
  }
  await writer.close();
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Returns a time in ns. */
export function nsOf(seconds: number): bigint {
  return BigInt(Math.round(seconds * 1e9));
}

/** A player whose time advances only in {@linkcode PlayFixture.advance}. */
export class PlayFixture implements AsyncDisposable {
  readonly player: McapPlayer;
  readonly clock: TestClock;
  /** The lines of the log. */
  readonly log: readonly string[];

  private constructor(player: McapPlayer, clock: TestClock, log: readonly string[]) {
    this.player = player;
    this.clock = clock;
    this.log = log;
  }

  static async open(
    files: McapInput | readonly McapInput[],
    { server, ...options }: McapPlayerOptions = {},
  ): Promise<PlayFixture> {
    const clock = new TestClock();
    const log: string[] = [];
    const note = (text: string) => void log.push(text);
    const logger = { debug: () => {}, info: () => {}, warn: note, error: note };
    const own = { name: "replay", logger, ...server, ...{ [CLOCK]: clock } };
    return new PlayFixture(await McapPlayer.open(files, { ...options, server: own }), clock, log);
  }

  /** Connects a client that subscribes to all channels. */
  client(subprotocol: Subprotocol = "foxglove.sdk.v1"): PlayClient {
    return new PlayClient(this.player.server, subprotocol);
  }

  /** Lets the time pass in steps, and waits for what is read. */
  async advance(ms: number, stepMs = 10): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.clock.advance(Math.min(stepMs, ms - passed));
      await turns();
    }
  }

  /** Lets timers without a delay run, each after all code that runs now. */
  async settle(): Promise<void> {
    await turns();
    for (let count = 0; count < 4; count++) {
      this.clock.advance(0);
      await turns();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The server waits for its clock.
    const closed = this.player.close();
    let isClosed = false;
    void closed.then(() => isClosed = true);
    while (!isClosed) await this.advance(1000, 1000);
  }
}

/** A client that notes what it receives, in short lines. */
export class PlayClient {
  readonly #lines: string[] = [];
  readonly #topics = new Map<number, string>();
  readonly #subscribed = new Set<number>();
  readonly #socket: FakeServerSocket;

  constructor(server: FoxgloveServer, subprotocol: Subprotocol) {
    this.#socket = new FakeServerSocket({ send: (data) => this.#hear(decodeServerMessage(copyOf(data))) });
    server.acceptSocket(this.#socket, { subprotocol });
    this.#lines.splice(0, Infinity, ...this.#lines.filter((line) => line.startsWith("status")));
    this.#subscribe();
  }

  /** Takes the lines that were noted since the last call. Of the times in a row, only the last one is kept. */
  take(): string[] {
    return this.#lines.splice(0).filter((line, index, all) =>
      !line.startsWith("time ") || !all[index + 1]?.startsWith("time ")
    );
  }

  /** Takes the lines of messages. */
  takeMessages(): string[] {
    return this.take().filter((line) => line.startsWith("/"));
  }

  /** Controls playback. */
  controls(request: Partial<PlaybackControlRequest>): void {
    this.#socket.receive(encodeClientMessage({
      op: "playbackControlRequest",
      command: "play",
      speed: 1,
      requestId: "r",
      ...request,
    }));
  }

  /** Stops reading: the server must queue or drop messages. */
  stall(): void {
    this.#socket.bufferedAmount = 1e9;
  }

  leave(): void {
    this.#socket.emit("close");
  }

  #hear(message: ServerMessage): void {
    switch (message.op) {
      case "advertise":
        for (const { id, topic } of message.channels) this.#topics.set(id, topic);
        if (this.#lines.at(-1) !== "advertise") this.#lines.push("advertise");
        break;
      case "messageData": {
        const topic = this.#topics.get(message.subscriptionId);
        this.#lines.push(`${topic} ${seconds(message.timestamp)} ${new TextDecoder().decode(message.payload)}`);
        break;
      }
      case "time":
        this.#lines.push(`time ${seconds(message.timestamp)}`);
        break;
      case "playbackState": {
        const { status, currentTime, speed, didSeek, requestId } = message;
        const parts = [
          status,
          seconds(currentTime),
          speed === 1 ? "" : `x${speed}`,
          didSeek ? "didSeek" : "",
          requestId,
        ];
        this.#lines.push(parts.filter(Boolean).join(" "));
        break;
      }
      case "status":
        this.#lines.push(`status ${message.message}`);
        break;
      default:
        this.#lines.push(message.op);
    }
  }

  #subscribe(): void {
    const ids = [...this.#topics.keys()].filter((id) => !this.#subscribed.has(id));
    const subscriptions = ids.map((id) => ({ id: id as SubscriptionId, channelId: id as never }));
    if (ids.length > 0) this.#socket.receive(encodeClientMessage({ op: "subscribe", subscriptions }));
  }
}

function seconds(ns: bigint): string {
  return `${Math.round(Number(ns) / 1e6) / 1000}`;
}

function copyOf(data: string | Uint8Array<ArrayBuffer>): string | Uint8Array<ArrayBuffer> {
  return typeof data === "string" ? data : data.slice();
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}
