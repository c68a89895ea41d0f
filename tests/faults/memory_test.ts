// Memory and descriptors of a server: bounded while clients are stuck, and free again when clients have gone.

import { assert } from "@std/assert/assert";
import { countDescriptors, untilDescriptors } from "../support/descriptors.ts";
import { MS, within } from "../support/events.ts";
import { Program } from "../support/program.ts";
import { encodeFrame, Opcode, RawSocket } from "../support/raw_socket.ts";
import { TRANSPORT } from "../support/transport.ts";
import { type MeasuredFigures, QUEUE_BYTES } from "./measured_figures.ts";

const MIB = 1024 * 1024;
/** For the writes under way, buffers that the server keeps for later, and compiled code. */
const MARGIN_BYTES = 8 * MIB;
/** When the server has filled its pools of buffers. */
const GROWTH_BYTES = 4 * MIB;
/** More than the pools need. */
const MAX_ROUNDS = 10;
const LIMIT_MS = 60_000 * MS;
const SUBSCRIBE = '{"op":"subscribe","subscriptions":[{"id":1,"channelId":1}]}';

/** A server in its own process. */
class MeasuredServer {
  readonly program = new Program(
    "--allow-net=127.0.0.1",
    "--allow-sys",
    "--v8-flags=--expose-gc",
    new URL("fixtures/measured_server.ts", import.meta.url).href,
    TRANSPORT,
  );
  port = 0;

  static async start(): Promise<MeasuredServer> {
    const server = new MeasuredServer();
    server.port = Number(await server.program.line());
    // The first client makes Deno open some descriptors that stay open.
    (await server.connect()).close();
    await server.until("the first client to leave", ({ clients }) => clients === 0);
    return server;
  }

  figures(): Promise<MeasuredFigures> {
    return this.#get("/");
  }

  /** Evicts the clients that do not read, until the figures are accepted. */
  evictUntil(accepts: (figures: MeasuredFigures) => boolean): Promise<MeasuredFigures> {
    return this.until("the eviction", accepts, "/evict");
  }

  /** Reads the figures until they are accepted. */
  async until(what: string, accepts: (figures: MeasuredFigures) => boolean, path = "/"): Promise<MeasuredFigures> {
    const wait = async () => {
      for (;;) {
        const figures = await this.#get(path);
        if (accepts(figures)) return figures;
      }
    };
    return await within(wait(), what, LIMIT_MS);
  }

  /** Connects a client that subscribes, and reads only if the test does. */
  async connect(): Promise<RawSocket> {
    const socket = await RawSocket.connect({ port: this.port, answersPings: true });
    await socket.sendText(SUBSCRIBE);
    return socket;
  }

  connectMany(count: number): Promise<RawSocket[]> {
    return Promise.all(Array.from({ length: count }, () => this.connect()));
  }

  /**
   * Runs `round` until two more rounds leave neither memory nor a descriptor behind. The first rounds fill the pools of
   * buffers: on a busy machine, one may not be enough. A leak grows in every round.
   * `staying`: the number of clients that stay connected.
   */
  async leavesNothing(staying: number, round: () => Promise<void>): Promise<void> {
    await round();
    let { usedBytes } = await this.#left(staying);
    const descriptors = countDescriptors(this.program.pid);
    for (let rounds = 0, flatRounds = 0; flatRounds < 2; rounds++) {
      assert(rounds < MAX_ROUNDS, `each round leaves memory behind: now ${usedBytes} bytes are used`);
      await round();
      const now = await this.#left(staying, usedBytes + GROWTH_BYTES);
      const isFlat = now.usedBytes <= usedBytes + GROWTH_BYTES;
      flatRounds = isFlat ? flatRounds + 1 : 0;
      if (!isFlat) usedBytes = now.usedBytes;
      // The connection of a request for figures may still be open.
      await within(untilDescriptors(this.program.pid, descriptors + 2), "the descriptors", LIMIT_MS);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.program[Symbol.asyncDispose]();
  }

  /** Waits until the other clients have left. If more than `bytes` are used, waits for some collections of garbage. */
  async #left(staying: number, bytes = Infinity): Promise<MeasuredFigures> {
    let collections = 0;
    return await this.until("the clients to leave", ({ clients, usedBytes }) => {
      if (clients === staying) collections += 1;
      return clients === staying && (usedBytes <= bytes || collections === 20);
    });
  }

  async #get(path: string): Promise<MeasuredFigures> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, { headers: { connection: "close" } });
    return await response.json();
  }
}

/** Counts the data messages that a client receives, until its connection ends. */
class Reader {
  received = 0;
  readonly ended: Promise<void>;

  constructor(socket: RawSocket) {
    this.ended = this.#read(socket);
  }

  async #read(socket: RawSocket): Promise<void> {
    for (let frame = await socket.readFrame(); frame; frame = await socket.readFrame()) {
      if (frame.opcode === Opcode.BINARY) this.received += 1;
    }
  }
}

Deno.test("FoxgloveServer bounds the memory for stuck clients, serves the others, and frees it after the eviction", async () => {
  await using server = await MeasuredServer.start();
  using socket = await server.connect();
  const reader = new Reader(socket);
  const { usedBytes } = await server.figures();
  await server.leavesNothing(1, async () => {
    const { disconnections } = await server.figures();
    const stuck = await server.connectMany(10);
    await server.until("full queues", ({ queuedBytes }) => queuedBytes >= stuck.length * QUEUE_BYTES);
    const { received } = reader;
    let peakBytes = 0;
    await server.until("messages of the other client", (now) => {
      peakBytes = Math.max(peakBytes, now.usedBytes);
      return reader.received > received + 100;
    });
    assert(peakBytes <= usedBytes + QUEUE_BYTES + MARGIN_BYTES, `${peakBytes - usedBytes} bytes more`);
    await server.evictUntil((now) => now.disconnections.stuck === disconnections.stuck + stuck.length);
    // The native transport cannot end the connection of a client that does not read.
    if (TRANSPORT === "direct") await server.until("the close", ({ clients }) => clients === 1);
    for (const each of stuck) each.close();
  });
  socket.close();
  await reader.ended;
});

Deno.test("FoxgloveServer keeps nothing of clients that end their side without a close frame while it sends", async () => {
  await using server = await MeasuredServer.start();
  await server.leavesNothing(0, async () => {
    const leaving = await server.connectMany(20);
    const readers = leaving.map((each) => new Reader(each));
    while (readers.some(({ received }) => received === 0)) await server.figures();
    await Promise.all(leaving.map((each) => each.closeWrite()));
    // They read until the server has ended the connection as well.
    await within(Promise.all(readers.map(({ ended }) => ended)), "the end of the connections", LIMIT_MS);
    for (const each of leaving) each.close();
  });
});

Deno.test("FoxgloveServer bounds the memory for a client that sends pings and does not read", async () => {
  await using server = await MeasuredServer.start();
  const { usedBytes } = await server.figures();
  const ping = encodeFrame({ opcode: Opcode.PING, payload: new Uint8Array(125) });
  const pings = new Uint8Array(500 * ping.length);
  for (let at = 0; at < pings.length; at += ping.length) pings.set(ping, at);
  await server.leavesNothing(0, async () => {
    const { disconnections: { stuck } } = await server.figures();
    using client = await server.connect();
    const sending = sendUntilClosed(client, pings);
    let peakBytes = 0;
    await server.until("a full queue", (now) => {
      peakBytes = Math.max(peakBytes, now.usedBytes);
      return now.queuedBytes >= QUEUE_BYTES;
    });
    await server.evictUntil((now) => {
      peakBytes = Math.max(peakBytes, now.usedBytes);
      return now.disconnections.stuck > stuck;
    });
    assert(peakBytes <= usedBytes + QUEUE_BYTES + MARGIN_BYTES, `${peakBytes - usedBytes} bytes more`);
    client.close();
    await sending;
  });
});

Deno.test({
  name: "FoxgloveServer keeps nothing of 2,000 clients that connect at the same time and leave",
  // The limit of open files is lower elsewhere.
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using server = await MeasuredServer.start();
    await server.leavesNothing(0, async () => {
      const sockets: RawSocket[] = [];
      const connectSome = async () => {
        for (let count = 0; count < 20; count++) sockets.push(await RawSocket.connect({ port: server.port }));
      };
      await Promise.all(Array.from({ length: 100 }, connectSome));
      await server.until("all clients", ({ clients }) => clients === sockets.length);
      for (const socket of sockets) socket.close();
    });
  },
});

/** Sends bytes again and again. Returns when either side has ended the connection. */
async function sendUntilClosed(client: RawSocket, bytes: Uint8Array): Promise<void> {
  try {
    for (;;) await client.sendBytes(bytes);
  } catch {
    // The connection has ended.
  }
}
