// DirectTransport: messages in and out, pings, and how a connection ends.

import { assertEquals } from "@std/assert/equals";
import type { SubscriptionId } from "../../../src/protocol/ids.ts";
import { FramePool, type KeptFrame } from "../../../src/server/delivery/frame_pool.ts";
import { MessageFrame } from "../../../src/server/delivery/message_frame.ts";
import { type DirectSocket, DirectTransport } from "../../../src/server/direct/direct_transport.ts";
import { BatchPool } from "../../../src/websocket/batch_pool.ts";
import { Opcode } from "../../../src/websocket/frame_header.ts";
import { source } from "../../support/backlog.ts";
import { type ClientFrame, clientFrames } from "../../support/client_frames.ts";
import { serverFrames } from "../../support/server_frames.ts";
import { TestClock } from "../../support/test_clock.ts";

/** A network connection, of which the test is the other end. */
class FakeRawSocket implements DirectSocket {
  isStalled = false;
  isPaused = false;
  isEnded = false;
  isDestroyed = false;
  readonly #taken: Uint8Array[] = [];
  readonly #pending: { bytes: Uint8Array; done: () => void }[] = [];
  readonly #listeners = new Map<string, ((argument: never) => void)[]>();

  write(bytes: Uint8Array, done: () => void): boolean {
    this.#pending.push({ bytes, done });
    if (!this.isStalled) queueMicrotask(() => this.takes());
    return true;
  }

  cork(): void {}
  uncork(): void {}

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  end(): void {
    this.isEnded = true;
  }

  destroy(): void {
    this.isDestroyed = true;
    queueMicrotask(() => this.emit("close"));
  }

  on(event: string, listener: (argument: never) => void): void {
    this.#listeners.set(event, [...this.#listeners.get(event) ?? [], listener]);
  }

  emit(event: string, bytes: Uint8Array<ArrayBuffer> = new Uint8Array()): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(bytes as never);
  }

  /** The operating system takes everything that was written. */
  takes(): void {
    for (const { bytes, done } of this.#pending.splice(0)) {
      this.#taken.push(bytes.slice());
      done();
    }
  }

  /** Returns the frames since the last call, as `opcode:text`. */
  async frames(): Promise<string[]> {
    await settled();
    return serverFrames(this.#taken.splice(0)).map(({ opcode, text }) => `${opcode}:${text}`);
  }

  receive(...frames: ClientFrame[]): void {
    this.emit("data", clientFrames(...frames));
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

interface SetUpOptions {
  idleTimeoutMs?: number;
  head?: Uint8Array<ArrayBuffer>;
  maxMessageBytes?: number;
  /** Whether the server itself closes the connection after a message that is too large. */
  closes?: boolean;
}

function setUp({ idleTimeoutMs = 0, head = new Uint8Array(), maxMessageBytes = 1000, closes }: SetUpOptions = {}) {
  const socket = new FakeRawSocket();
  const clock = new TestClock();
  const pool = new BatchPool();
  const transport = new DirectTransport(socket, head, { pool, clock, maxMessageBytes, idleTimeoutMs });
  const events: string[] = [];
  transport.listen({
    opened: () => events.push("opened"),
    received: (data) => events.push(typeof data === "string" ? data : `bytes ${new Uint8Array(data)}`),
    oversized: () => {
      events.push("oversized");
      return closes ? "closes" : undefined;
    },
    roundTrip: (ms) => events.push(`round trip of ${ms} ms`),
    closed: (reason) => events.push(`closed ${reason}`),
  });
  return { socket, clock, pool, transport, events };
}

const closeFrame = (code: number, reason = "") =>
  `${Opcode.CLOSE}:${new TextDecoder().decode(Uint8Array.of(code >> 8, code & 255))}${reason}`;

Deno.test("DirectTransport reports messages, also those behind the handshake", () => {
  const head = clientFrames({ opcode: Opcode.TEXT, payload: "early" });
  const { socket, events } = setUp({ head });
  socket.receive({ opcode: Opcode.TEXT, payload: "text" }, { opcode: Opcode.BINARY, payload: Uint8Array.of(1, 2) });
  assertEquals(events, ["opened", "early", "text", "bytes 1,2"]);
});

/** Resolves at the end of a turn of the event loop. */
function endOfTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

Deno.test("DirectTransport reports a message that is alone in its buffer as that buffer, which the server may free", () => {
  const socket = new FakeRawSocket();
  const options = { pool: new BatchPool(), clock: new TestClock(), maxMessageBytes: 1000, idleTimeoutMs: 0 };
  const types: string[] = [];
  new DirectTransport(socket, new Uint8Array(), options).listen({
    opened() {},
    received: (data) => types.push(`${data.constructor.name} ${new Uint8Array(data as ArrayBuffer)}`),
    oversized() {},
    roundTrip() {},
    closed() {},
  });
  const frame = () => clientFrames({ opcode: Opcode.BINARY, payload: Uint8Array.of(1, 2) });
  socket.emit("data", frame());
  for (const byte of frame()) socket.emit("data", Uint8Array.of(byte));
  assertEquals(types, ["Uint8Array 1,2", "ArrayBuffer 1,2"]);
});

Deno.test("DirectTransport reports 16 messages in one turn of the event loop, and does not read in between", async () => {
  const { socket, events } = setUp();
  const texts = Array.from({ length: 40 }, (_, index) => `${index}`);
  socket.receive(...texts.map((payload) => ({ opcode: Opcode.TEXT, payload })));
  for (const [count, isPaused] of [[16, true], [32, true], [40, false]] as const) {
    assertEquals([events.slice(1), socket.isPaused], [texts.slice(0, count), isPaused]);
    await endOfTurn();
  }
});

Deno.test("DirectTransport answers 16 pings in one turn of the event loop", async () => {
  const { socket } = setUp();
  socket.receive(...Array.from({ length: 20 }, () => ({ opcode: Opcode.PING, payload: "a" })));
  assertEquals((await socket.frames()).length, 16);
  await endOfTurn();
  assertEquals((await socket.frames()).length, 4);
});

Deno.test("DirectTransport reports all messages that have arrived before it reports the end of the connection", async () => {
  const { socket, events } = setUp();
  const texts = Array.from({ length: 40 }, (_, index) => `${index}`);
  socket.receive(...texts.map((payload) => ({ opcode: Opcode.TEXT, payload })));
  socket.emit("close");
  assertEquals(events, ["opened", ...texts, "closed error"]);
  await endOfTurn();
  assertEquals([events.length, socket.isPaused], [42, true]);
});

Deno.test("DirectTransport.send() sends text and bytes, which may be reused at once", async () => {
  const { socket, transport } = setUp();
  const bytes = new TextEncoder().encode("bytes");
  transport.send("text");
  transport.send(bytes);
  bytes.fill(0);
  assertEquals(await socket.frames(), ["1:text", "2:bytes"]);
});

for (const size of [100, 100_000]) {
  Deno.test(`DirectTransport.sendData() sends a message of ${size} bytes to several clients`, async () => {
    const sockets = [setUp(), setUp()];
    const frame = new MessageFrame(new FramePool());
    frame.write(258n, new Uint8Array(size).fill(65));
    for (const [index, { transport }] of sockets.entries()) {
      transport.sendData(frame, 66 + index as SubscriptionId, source(1));
    }
    frame.trim();
    frame.write(0n, new Uint8Array(size));
    // The opcode, the id of the subscription, the time, and the payload.
    const message = (id: string) => [`2:\x01${id}\0\0\0\x02\x01\0\0\0\0\0\0AAAAAAA`];
    assertEquals(await Promise.all(sockets.map(({ socket }) => socket.frames())), [message("B"), message("C")]);
  });
}

Deno.test("DirectTransport.sendData() shares the bytes of a large message until all clients have them", async () => {
  const sockets = [setUp(), setUp()];
  const frame = new MessageFrame(new FramePool());
  frame.write(1n, new Uint8Array(100_000));
  const kept: KeptFrame = frame.keep();
  kept.release();
  for (const { transport, socket } of sockets) {
    socket.isStalled = true;
    transport.sendData(frame, 1 as SubscriptionId, source(1));
  }
  frame.trim();
  await settled();
  const inUse: boolean[] = [];
  for (const { socket } of sockets) {
    inUse.push(kept.isInUse);
    socket.takes();
  }
  assertEquals([...inUse, kept.isInUse], [true, true, false]);
});

Deno.test("DirectTransport.onRoom() reports when a write has ended", async () => {
  const { socket, transport } = setUp();
  const rooms: boolean[] = [];
  transport.onRoom(() => rooms.push(transport.hasRoom));
  socket.isStalled = true;
  transport.send(new Uint8Array(300_000));
  transport.send(new Uint8Array(300_000));
  assertEquals([transport.hasRoom, transport.queuedBytes > 600_000], [false, true]);
  socket.takes();
  assertEquals(rooms, [true]);
  socket.takes();
  assertEquals([rooms, transport.queuedBytes], [[true, true], 0]);
  await settled();
});

Deno.test("DirectTransport answers pings", async () => {
  const { socket } = setUp();
  socket.receive({ opcode: Opcode.PING, payload: "hello" });
  assertEquals(await socket.frames(), ["10:hello"]);
});

Deno.test("DirectTransport answers only the last ping of a client that does not read", async () => {
  const { socket, transport } = setUp();
  socket.isStalled = true;
  transport.send(new Uint8Array(300_000));
  transport.send(new Uint8Array(300_000));
  const { queuedBytes } = transport;
  for (let count = 0; count < 1000; count++) socket.receive({ opcode: Opcode.PING, payload: `${count}` });
  while (socket.isPaused) await endOfTurn();
  assertEquals(transport.queuedBytes, queuedBytes);
  socket.isStalled = false;
  socket.takes();
  assertEquals((await socket.frames()).filter((frame) => frame.startsWith("10:")), ["10:999"]);
});

Deno.test("DirectTransport pings, and measures the round trip", async () => {
  const { socket, clock, transport } = setUp({ idleTimeoutMs: 10_000 });
  clock.advance(1000);
  const [ping = ""] = await socket.frames();
  assertEquals(ping.slice(0, 2), "9:");
  clock.advance(7);
  socket.receive({ opcode: Opcode.PONG, payload: ping.slice(2) });
  assertEquals(transport.roundTripMs, 7);
});

Deno.test("DirectTransport sends no ping and no pong behind its close frame", async () => {
  const { socket, clock, transport } = setUp({ idleTimeoutMs: 10_000 });
  transport.close(1001, "server shutdown");
  clock.advance(1000);
  socket.receive({ opcode: Opcode.PING, payload: "hello" });
  assertEquals(await socket.frames(), [closeFrame(1001, "server shutdown")]);
});

Deno.test("DirectTransport destroys the connection of a client that is silent", async () => {
  const { socket, clock, events } = setUp({ idleTimeoutMs: 1000 });
  for (let count = 0; count < 4; count++) {
    clock.advance(500);
    await settled();
  }
  assertEquals([socket.isDestroyed, events, clock.pendingTimers], [true, ["opened", "closed idle"], 0]);
});

Deno.test("DirectTransport keeps the connection of a slow client whose ping waits behind data", async () => {
  const { socket, clock, transport, events } = setUp({ idleTimeoutMs: 2000 });
  socket.isStalled = true;
  transport.send("data");
  await settled();
  clock.advance(60_000);
  assertEquals([socket.isDestroyed, events], [false, ["opened"]]);
  socket.takes();
  socket.takes();
  assertEquals((await socket.frames()).map((frame) => frame[0]), ["1", "9"]);
  // The client has read, so it may miss one more ping.
  for (const isDestroyed of [false, true]) {
    clock.advance(1000);
    await settled();
    socket.takes();
    assertEquals(socket.isDestroyed, isDestroyed);
  }
});

Deno.test("DirectTransport keeps the connection of a client that reads slowly and answers no ping in time", async () => {
  const { socket, clock, transport } = setUp({ idleTimeoutMs: 2000 });
  socket.isStalled = true;
  // Each write takes 100 ms.
  const runSecond = async (data: string[]) => {
    data.forEach((text) => transport.send(text));
    await settled();
    clock.advance(100);
    socket.takes();
    clock.advance(900);
    await settled();
    // The ping, which is taken at once.
    socket.takes();
  };
  for (let seconds = 0; seconds < 10; seconds++) await runSecond(["data"]);
  assertEquals(socket.isDestroyed, false);
  const pings = (await socket.frames()).filter((frame) => frame.startsWith(`${Opcode.PING}:`));
  assertEquals(pings.length, 10);
  await runSecond([]);
  assertEquals(socket.isDestroyed, true);
});

Deno.test("DirectTransport answers a close frame, ends the stream, and reports the end of the connection", async () => {
  const { socket, events, transport, clock } = setUp();
  transport.send("before");
  socket.receive({ opcode: Opcode.CLOSE, payload: Uint8Array.of(3, 232) });
  transport.send("after");
  assertEquals([await socket.frames(), socket.isEnded, events], [["1:before", closeFrame(1000)], true, ["opened"]]);
  socket.emit("close");
  assertEquals([events, clock.pendingTimers], [["opened", "closed client"], 0]);
});

Deno.test("DirectTransport answers a close frame without a code by one without a code", async () => {
  const { socket } = setUp();
  socket.receive({ opcode: Opcode.CLOSE });
  assertEquals([await socket.frames(), socket.isEnded], [["8:"], true]);
});

Deno.test("DirectTransport.close() sends a close frame behind everything else, and waits for the answer", async () => {
  const { socket, events, transport } = setUp();
  transport.send("last");
  transport.close(1001, "server shutdown");
  transport.close(1000, "again");
  transport.send("late");
  assertEquals(await socket.frames(), ["1:last", closeFrame(1001, "server shutdown")]);
  // What the client sent before its answer is still read.
  socket.receive({ opcode: Opcode.TEXT, payload: "crossing" });
  assertEquals([socket.isEnded, events], [false, ["opened", "crossing"]]);
  socket.receive({ opcode: Opcode.CLOSE, payload: Uint8Array.of(3, 233) });
  assertEquals([await socket.frames(), socket.isEnded], [[], true]);
  socket.emit("close");
  assertEquals(events.at(-1), "closed client");
});

for (const [what, payload] of [["silent", undefined], ["that answers, but stays", Uint8Array.of(3, 233)]] as const) {
  Deno.test(`DirectTransport.close() destroys the connection of a client ${what} after 5 s`, async () => {
    const { socket, events, transport, clock } = setUp();
    transport.close(1001, "server shutdown");
    if (payload) socket.receive({ opcode: Opcode.CLOSE, payload });
    await settled();
    clock.advance(4999);
    assertEquals([socket.isDestroyed, events], [false, ["opened"]]);
    clock.advance(1);
    await settled();
    assertEquals([socket.isDestroyed, events.length, clock.pendingTimers], [true, 2, 0]);
  });
}

Deno.test("DirectTransport.close() waits until a slow client has everything before it ends the stream", async () => {
  const { socket, transport } = setUp();
  socket.isStalled = true;
  transport.send("slow");
  await settled();
  transport.send("last");
  socket.receive({ opcode: Opcode.CLOSE });
  await settled();
  assertEquals(socket.isEnded, false);
  socket.isStalled = false;
  socket.takes();
  assertEquals([await socket.frames(), socket.isEnded], [["1:slow", "1:last", "8:"], true]);
});

for (
  const [what, frame, code] of [
    ["a frame without a mask", { opcode: Opcode.TEXT, payload: "x", mask: undefined }, 1002],
    ["text that is not UTF-8", { opcode: Opcode.TEXT, payload: Uint8Array.of(255) }, 1007],
  ] as const
) {
  Deno.test(`DirectTransport closes with ${code} after ${what}`, async () => {
    const { socket, events, transport } = setUp();
    socket.receive(frame);
    socket.receive({ opcode: Opcode.TEXT, payload: "ignored" });
    transport.send("late");
    const [close = ""] = await socket.frames();
    assertEquals([close.startsWith(closeFrame(code)), socket.isEnded], [true, true]);
    socket.emit("close");
    assertEquals(events, ["opened", "closed error"]);
  });
}

Deno.test("DirectTransport reports a message that is too large, and closes with 1009", async () => {
  const { socket, events } = setUp({ maxMessageBytes: 1000 });
  socket.receive({ opcode: Opcode.BINARY, payload: new Uint8Array(1001) });
  const [close = ""] = await socket.frames();
  assertEquals([close.startsWith(closeFrame(1009)), events], [true, ["opened", "oversized"]]);
});

Deno.test("DirectTransport leaves it to the server to close after a message that is too large", async () => {
  const { socket, events, transport } = setUp({ maxMessageBytes: 1000, closes: true });
  socket.receive({ opcode: Opcode.BINARY, payload: new Uint8Array(1001) }, { opcode: Opcode.TEXT, payload: "later" });
  assertEquals([await socket.frames(), events], [[], ["opened", "oversized"]]);
  transport.send("why");
  transport.close(1009, "too big");
  // The answer of the client could not be read.
  assertEquals(await socket.frames(), [`${Opcode.TEXT}:why`, closeFrame(1009, "too big")]);
  socket.takes();
  await settled();
  assertEquals(socket.isEnded, true);
});

Deno.test("DirectTransport reports nothing while it is held, and everything in order afterwards", async () => {
  const { socket, events, transport } = setUp();
  transport.isHeld = true;
  for (const payload of ["one", "two"]) socket.receive({ opcode: Opcode.TEXT, payload });
  await endOfTurn();
  assertEquals([events, transport.isHeld], [["opened"], true]);
  transport.isHeld = false;
  assertEquals(events, ["opened", "one", "two"]);
});

Deno.test("DirectTransport stays held when the turn ends in which it has read its 16 messages", async () => {
  const { socket, events, transport } = setUp();
  socket.receive(...Array.from({ length: 20 }, (_, index) => ({ opcode: Opcode.TEXT, payload: `${index}` })));
  transport.isHeld = true;
  await endOfTurn();
  assertEquals(events.length, 17);
  transport.isHeld = false;
  assertEquals(events.length, 21);
});

Deno.test("DirectTransport does not take a client for silent while it is held", async () => {
  const { socket, clock, transport } = setUp({ idleTimeoutMs: 1000 });
  transport.isHeld = true;
  for (let beat = 0; beat < 6; beat++) {
    clock.advance(500);
    await settled();
    socket.takes();
  }
  assertEquals(socket.isDestroyed, false);
  transport.isHeld = false;
  for (let beat = 0; beat < 3; beat++) {
    clock.advance(500);
    await settled();
    socket.takes();
  }
  assertEquals(socket.isDestroyed, true);
});

Deno.test("DirectTransport.close() reads again, because the client answers", async () => {
  const { socket, events, transport } = setUp();
  transport.isHeld = true;
  transport.close(1001, "bye");
  socket.receive({ opcode: Opcode.CLOSE, payload: Uint8Array.of(3, 233) });
  await settled();
  socket.takes();
  await settled();
  socket.emit("close");
  assertEquals([transport.isHeld, events.at(-1)], [false, "closed client"]);
});

for (const event of ["end", "error"] as const) {
  Deno.test(`DirectTransport reports a connection that is lost by the event "${event}"`, async () => {
    const { socket, events, transport, clock, pool } = setUp({ idleTimeoutMs: 1000 });
    assertEquals(pool.maxWriteBytes, 2 * 1024 * 1024);
    socket.emit(event);
    if (event === "error") socket.emit("close");
    await settled();
    assertEquals([events, socket.isDestroyed], [["opened", "closed error"], event === "end"]);
    transport.send("late");
    assertEquals([transport.queuedBytes, clock.pendingTimers], [0, 0]);
  });
}

Deno.test("DirectTransport.destroy() ends the connection at once, and frees what waits", async () => {
  const { socket, events, transport } = setUp();
  socket.isStalled = true;
  transport.send(new Uint8Array(300_000));
  transport.send(new Uint8Array(300_000));
  transport.destroy();
  await settled();
  assertEquals([socket.isDestroyed, events], [true, ["opened", "closed error"]]);
  socket.takes();
  assertEquals(transport.queuedBytes, 0);
});
