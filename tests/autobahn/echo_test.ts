// echo(): types of messages, and a client that does not read.

import { assertEquals } from "@std/assert/equals";
import { type DirectSocket, DirectTransport } from "../../src/server/direct/direct_transport.ts";
import { BatchPool } from "../../src/websocket/batch_pool.ts";
import { Opcode } from "../../src/websocket/frame_header.ts";
import { clientFrames } from "../support/client_frames.ts";
import { serverFrames } from "../support/server_frames.ts";
import { TestClock } from "../support/test_clock.ts";
import { echo, type PausableSocket } from "./echo.ts";

const MESSAGE_BYTES = 300_000;

/** A network connection. Its peer reads only what `reads()` takes. */
class FakeSocket implements DirectSocket, PausableSocket {
  isPaused = false;
  readonly #written: { bytes: Uint8Array; done: () => void }[] = [];
  #onData = (_bytes: Uint8Array<ArrayBuffer>) => {};

  write(bytes: Uint8Array, done: () => void): boolean {
    this.#written.push({ bytes, done });
    return true;
  }

  on(event: string, listener: (argument: never) => void): void {
    if (event === "data") this.#onData = listener as (bytes: Uint8Array<ArrayBuffer>) => void;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  cork(): void {}
  uncork(): void {}
  end(): void {}
  destroy(): void {}

  sends(bytes: Uint8Array<ArrayBuffer>): void {
    this.#onData(bytes);
  }

  /** The peer reads everything that was written so far. Returns its frames as `opcode:length`. */
  async reads(): Promise<string[]> {
    await settled();
    const taken = this.#written.splice(0).map(({ bytes, done }) => {
      const copy = bytes.slice();
      done();
      return copy;
    });
    return serverFrames(taken).map(({ opcode, length }) => `${opcode}:${length}`);
  }
}

/** Lets the transport write what it has collected. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

function setUp() {
  const socket = new FakeSocket();
  const options = { pool: new BatchPool(), clock: new TestClock(), maxMessageBytes: 1_000_000, idleTimeoutMs: 0 };
  const queued: number[] = [];
  echo(new DirectTransport(socket, new Uint8Array(), options), socket, (bytes) => queued.push(bytes));
  return { socket, queued };
}

Deno.test("echo() sends text as text, and bytes as bytes", async () => {
  const { socket } = setUp();
  const frames = [{ opcode: Opcode.TEXT, payload: "texts" }, { opcode: Opcode.BINARY, payload: Uint8Array.of(1, 2) }];
  socket.sends(clientFrames(...frames, { opcode: Opcode.TEXT }, { opcode: Opcode.BINARY }));
  assertEquals(await socket.reads(), ["1:5", "2:2", "1:0", "2:0"]);
});

Deno.test("echo() sends bytes back that have arrived one by one", async () => {
  const { socket } = setUp();
  for (const byte of clientFrames({ opcode: Opcode.BINARY, payload: Uint8Array.of(1, 2) })) {
    socket.sends(Uint8Array.of(byte));
  }
  assertEquals(await socket.reads(), ["2:2"]);
});

Deno.test("echo() reads nothing from a client that does not read, and continues when it reads", async () => {
  const { socket, queued } = setUp();
  const message = () => clientFrames({ opcode: Opcode.BINARY, payload: new Uint8Array(MESSAGE_BYTES) });
  for (let count = 0; count < 100 && !socket.isPaused; count++) socket.sends(message());
  await settled();
  assertEquals([socket.isPaused, queued.length, queued.at(-1)! < 3 * MESSAGE_BYTES], [true, 2, true]);

  const frames: string[] = [];
  while (frames.length < queued.length) frames.push(...await socket.reads());
  assertEquals([socket.isPaused, frames], [false, [`2:${MESSAGE_BYTES}`, `2:${MESSAGE_BYTES}`]]);
});
