// FrameReader: copies, memory and timing of events, which depend on the chunks.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { FrameReader } from "../../src/websocket/frame_reader.ts";
import type { FrameReaderEvents } from "../../src/websocket/frame_reader_options.ts";
import { bytes } from "../protocol/hex.ts";
import { clientFrame, clientFrames } from "../support/client_frames.ts";
import { chunksOf, readFrames } from "./read_frames.ts";

const [CONTINUATION, TEXT, BINARY, PING] = [0, 1, 2, 9] as const;
const MAX_MESSAGE_BYTES = 1_000_000;

/** A reader, the names of its events with their values, and the binary messages as they were delivered. */
function makeReader(handlers: Partial<FrameReaderEvents> = {}) {
  const events: string[] = [];
  const messages: Uint8Array<ArrayBuffer>[] = [];
  const reader = new FrameReader({ maxMessageBytes: MAX_MESSAGE_BYTES }, {
    message: (data) => {
      events.push(`message ${data.length}`);
      if (typeof data !== "string") messages.push(data);
    },
    ping: (payload) => void events.push(`ping ${payload.length}`),
    pong: (payload) => void events.push(`pong ${payload.length}`),
    close: (code) => void events.push(`close ${code}`),
    failed: (code) => void events.push(`failed ${code}`),
    ...handlers,
  });
  return { reader, events, messages };
}

for (const maxMessageBytes of [0, -1, 0.5, NaN, Infinity, 2 ** 53]) {
  Deno.test(`new FrameReader() throws for ${maxMessageBytes} maxMessageBytes`, () => {
    const message = `Cannot read frames: maxMessageBytes is ${maxMessageBytes}, not a positive integer`;
    const events = { message() {}, ping() {}, pong() {}, close() {}, failed() {} };
    assertThrows(() => new FrameReader({ maxMessageBytes }, events), RangeError, message);
  });
}

Deno.test("FrameReader.push() delivers a frame of a chunk as a view of it, unmasked in place", () => {
  const { reader, messages } = makeReader();
  const chunk = clientFrames({ opcode: BINARY, payload: bytes("0102") }, { opcode: BINARY, payload: bytes("03") });
  reader.push(chunk);
  assertEquals(messages, [bytes("0102"), bytes("03")]);
  assertEquals(messages.map(({ buffer }) => buffer === chunk.buffer), [true, true]);
  assertEquals(chunk.toHex(), "828237fa213d0102828137fa213d03");
});

Deno.test("FrameReader.push() delivers plain arrays if the chunks are of a subclass", () => {
  class Chunk extends Uint8Array<ArrayBuffer> {}
  const { reader, messages } = makeReader();
  reader.push(new Chunk(clientFrame({ opcode: BINARY, payload: bytes("0102") }).buffer));
  assertEquals(messages.map(({ constructor }) => constructor), [Uint8Array]);
});

Deno.test("FrameReader.push() copies short payloads of a large chunk, and delivers views of long ones", () => {
  const { reader, messages } = makeReader();
  const sizes = [64, 1024, 1025, 4000, 8000];
  const frames = sizes.map((size) => ({ opcode: BINARY, payload: new Uint8Array(size).fill(size) }));
  const chunk = new Uint8Array(64_000);
  chunk.set(clientFrames(...frames));
  reader.push(chunk.subarray(0, clientFrames(...frames).length));
  assertEquals(messages, frames.map(({ payload }) => payload));
  assertEquals(messages.map(({ buffer }) => buffer === chunk.buffer), [false, false, false, false, true]);
  assertEquals(messages.map(({ buffer }) => buffer.byteLength), [4096, 4096, 1025, 4000, 64_000]);
});

Deno.test("FrameReader.push() fills the buffers of short payloads one after the other, without overlaps", () => {
  const { reader, messages } = makeReader();
  const payloads = Array.from({ length: 100 }, (_, index) => new Uint8Array(100).fill(index));
  const frames = clientFrames(...payloads.map((payload) => ({ opcode: BINARY, payload })));
  reader.push(frames);
  assertEquals(messages, payloads);
  assertEquals(new Set(messages.map(({ buffer }) => buffer)).size, 3);
});

Deno.test("FrameReader.push() allocates nothing for a length that is only claimed", () => {
  const { reader, events } = makeReader();
  reader.push(clientFrame({ opcode: BINARY, claimedLength: MAX_MESSAGE_BYTES }));
  assertEquals([reader.bufferedBytes, events], [0, []]);
  reader.push(new Uint8Array(300));
  assertEquals(reader.bufferedBytes, 600);
});

Deno.test("FrameReader.push() collects a frame in a buffer of exactly its length", () => {
  const { reader, messages } = makeReader();
  for (const chunk of chunksOf(clientFrame({ opcode: BINARY, payload: new Uint8Array(1000) }), 700)) reader.push(chunk);
  assertEquals(messages.map(({ length, buffer }) => [length, buffer.byteLength]), [[1000, 1000]]);
  assertEquals(reader.bufferedBytes, 0);
});

Deno.test("FrameReader.push() ends an endless message with 1009, and frees what it has collected", () => {
  const { reader, events } = makeReader();
  const start = clientFrame({ opcode: BINARY, payload: new Uint8Array(1000), isFinal: false });
  const next = clientFrame({ opcode: CONTINUATION, payload: new Uint8Array(1000), isFinal: false });
  reader.push(start);
  let frames = 1;
  for (; events.length === 0; frames++) {
    assertEquals(reader.bufferedBytes <= Math.min(2000 * frames, MAX_MESSAGE_BYTES), true);
    reader.push(next.slice());
  }
  assertEquals([frames, events, reader.bufferedBytes], [1001, ["failed 1009"], 0]);
});

Deno.test("FrameReader.push() rejects a header as soon as its wrong byte has arrived", () => {
  const rejectedAfter = (frame: Uint8Array) => {
    const { reader, events } = makeReader();
    return frame.findIndex((byte) => {
      reader.push(Uint8Array.of(byte));
      return events.length > 0;
    });
  };
  assertEquals(rejectedAfter(clientFrame({ opcode: 3 })), 1);
  assertEquals(rejectedAfter(clientFrame({ opcode: TEXT, mask: undefined })), 1);
  // Before the mask.
  assertEquals(rejectedAfter(clientFrame({ opcode: TEXT, claimedLength: 1, lengthBytes: 2 })), 3);
  assertEquals(rejectedAfter(clientFrame({ opcode: TEXT, claimedLength: MAX_MESSAGE_BYTES + 1 })), 9);
});

Deno.test("FrameReader.push() rejects a text at its first invalid byte, before the rest of the frame", () => {
  const frame = clientFrame({ opcode: TEXT, payload: bytes("ce ba e1 bd b9 cf 83 f4 90 80 80 61 61") });
  const headerBytes = frame.length - 13;
  for (const size of [1, 2, 5]) {
    const { reader, events } = makeReader();
    let pushed = 0;
    for (const chunk of chunksOf(frame, size)) {
      pushed += chunk.length;
      reader.push(chunk);
      assertEquals(events, pushed < headerBytes + 9 ? [] : ["failed 1007"], `${pushed} bytes`);
    }
  }
});

Deno.test("FrameReader.stop() ends the reading, also from a handler", () => {
  const frames = clientFrames({ opcode: TEXT, payload: "a" }, { opcode: PING }, { opcode: TEXT, payload: "b" });
  const { reader, events } = makeReader({
    ping: () => {
      events.push("stop");
      reader.stop();
    },
  });
  reader.push(frames);
  reader.push(clientFrame({ opcode: TEXT, payload: "c" }));
  assertEquals(events, ["message 1", "stop"]);
});

Deno.test("FrameReader.stop() frees an incomplete message", () => {
  const { reader, events } = makeReader();
  reader.push(clientFrame({ opcode: BINARY, payload: new Uint8Array(1000), claimedLength: 2000 }));
  assertEquals(reader.bufferedBytes, 2000);
  reader.stop();
  reader.push(new Uint8Array(1000));
  assertEquals([reader.bufferedBytes, events], [0, []]);
});

Deno.test("FrameReader.push() reports frames before an error of the same chunk", () => {
  const frames = clientFrames({ opcode: PING }, { opcode: TEXT, payload: "a" }, { opcode: 3 }, { opcode: PING });
  const events = readFrames({ maxMessageBytes: 10 }, [frames]);
  assertEquals(events.map(({ type }) => type), ["ping", "text", "failed"]);
});

Deno.test("FrameReader.push() keeps collected messages apart", () => {
  const { reader, messages } = makeReader();
  for (const value of [1, 2]) {
    const frame = clientFrame({ opcode: BINARY, payload: new Uint8Array(500).fill(value) });
    for (const chunk of chunksOf(frame, 300)) reader.push(chunk);
  }
  assertEquals(messages, [new Uint8Array(500).fill(1), new Uint8Array(500).fill(2)]);
});

Deno.test("FrameReader.push() stops reading a chunk whose buffer a handler has transferred", () => {
  const { reader, events } = makeReader({
    message: (data) => {
      events.push(`message ${data.length}`);
      if (typeof data !== "string") data.buffer.transfer();
    },
  });
  reader.push(clientFrames({ opcode: BINARY, payload: bytes("01") }, { opcode: PING }));
  assertEquals(events, ["message 1"]);
  reader.push(clientFrame({ opcode: PING }));
  assertEquals(events, ["message 1", "ping 0"]);
});

Deno.test("FrameReader.pause() keeps the rest of a chunk and later chunks until resume()", () => {
  const { reader, events } = makeReader({
    ping(payload) {
      events.push(`ping ${payload.length}`);
      reader.pause();
    },
  });
  const ping = { opcode: PING, payload: "1" } as const;
  reader.push(clientFrames(ping, { opcode: BINARY, payload: bytes("0102") }, ping, { opcode: TEXT, payload: "abc" }));
  for (const chunk of chunksOf(clientFrames({ opcode: TEXT, payload: "abcd" }), 3)) reader.push(chunk);
  assertEquals(events, ["ping 1"]);
  reader.resume();
  assertEquals(events, ["ping 1", "message 2", "ping 1"]);
  reader.resume();
  assertEquals(events, ["ping 1", "message 2", "ping 1", "message 3", "message 4"]);
});

Deno.test("FrameReader.stop() drops what arrived during a pause", () => {
  const { reader, events } = makeReader({ message: () => reader.pause() });
  const frame = { opcode: TEXT, payload: "abc" } as const;
  reader.push(clientFrames(frame, frame));
  reader.stop();
  reader.resume();
  reader.push(clientFrames(frame));
  assertEquals(events, []);
});

Deno.test("FrameReader frees the bytes of a large text and of a large compressed message when they are decoded", () => {
  const compressed: Uint8Array[] = [];
  const messages: (string | Uint8Array)[] = [];
  const MIB = 1024 * 1024;
  const reader = new FrameReader({
    maxMessageBytes: 4 * MIB,
    inflate(bytes) {
      compressed.push(bytes);
      return { type: "data", bytes: Uint8Array.of(1) };
    },
  }, {
    message: (data) => messages.push(data),
    ping() {},
    pong() {},
    close() {},
    failed() {},
  });
  for (const size of [2 * MIB, 1000]) {
    const frame = clientFrame({ opcode: BINARY, payload: new Uint8Array(size), rsv: 4 });
    for (const chunk of chunksOf(frame, 500)) reader.push(chunk);
  }
  for (const chunk of chunksOf(clientFrame({ opcode: TEXT, payload: "a".repeat(2 * MIB) }), MIB)) reader.push(chunk);
  assertEquals(compressed.map(({ length }) => length), [0, 1000]);
  assertEquals(messages, [Uint8Array.of(1), Uint8Array.of(1), "a".repeat(2 * MIB)]);
});
