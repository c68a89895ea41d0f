// FrameWalker: an error in it would make all figures of the end-to-end benchmark wrong.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { FrameWalker } from "./frame_walker.ts";
import { joined } from "../../tests/support/client_frames.ts";

const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;

/** The callbacks of a walker, in their order. */
type Report = ["data", number, number, number, number] | ["other", number, number] | ["text", string] | [
  "control",
  number,
  number[],
];

/** The differences of a frame from an unmasked, final one. */
interface FrameOptions {
  fin?: boolean;
  /** Bytes of the extended length; by default the minimum. */
  lengthBytes?: 0 | 2 | 8;
}

function frame(opcode: number, payload: Uint8Array, { fin = true, lengthBytes }: FrameOptions = {}): Uint8Array {
  const { length } = payload;
  const extended = lengthBytes ?? (length < 126 ? 0 : length < 65_536 ? 2 : 8);
  const bytes = new Uint8Array(2 + extended + length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, (fin ? 0x80 : 0) | opcode);
  view.setUint8(1, extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) view.setUint16(2, length);
  if (extended === 8) view.setBigUint64(2, BigInt(length));
  bytes.set(payload, 2 + extended);
  return bytes;
}

function messageData(subscriptionId: number, timestamp: bigint, payloadBytes: number): Uint8Array {
  const message = new Uint8Array(13 + payloadBytes).fill(0xff);
  const view = new DataView(message.buffer);
  view.setUint8(0, 1);
  view.setUint32(1, subscriptionId, true);
  view.setBigUint64(5, timestamp, true);
  return message;
}

/** Walks over bytes in pieces of one size. */
function walk(bytes: Uint8Array, pieceBytes = bytes.length): Report[] {
  const reports: Report[] = [];
  const walker = new FrameWalker({
    data: (...figures) => void reports.push(["data", ...figures]),
    otherBinary: (...figures) => void reports.push(["other", ...figures]),
    text: (text) => void reports.push(["text", text]),
    control: (opcode, payload) => void reports.push(["control", opcode, [...payload]]),
  });
  // One buffer for all pieces, like the load client.
  const buffer = new Uint8Array(pieceBytes);
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const piece = bytes.subarray(at, at + pieceBytes);
    buffer.set(piece);
    walker.push(buffer.subarray(0, piece.length));
    buffer.fill(0xee);
  }
  return reports;
}

const utf8 = (text: string) => new TextEncoder().encode(text);
const LARGE = messageData(7, 3n, 70_000);

const streams: { name: string; bytes: Uint8Array; reports: Report[] }[] = [
  {
    name: "a message with a short length",
    bytes: frame(BINARY, messageData(7, 0x1_0000_0002n, 64)),
    reports: [["data", 7, 2, 1, 64]],
  },
  {
    name: "a message without a payload",
    bytes: frame(BINARY, messageData(0xffff_ffff, 0xffff_ffff_ffff_ffffn, 0)),
    reports: [["data", 0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0]],
  },
  { name: "lengths of 16 bits", bytes: frame(BINARY, messageData(7, 2n, 1024)), reports: [["data", 7, 2, 0, 1024]] },
  { name: "lengths of 64 bits", bytes: frame(BINARY, LARGE), reports: [["data", 7, 3, 0, 70_000]] },
  {
    name: "lengths with more bytes than necessary",
    bytes: joined(
      frame(BINARY, messageData(7, 1n, 5), { lengthBytes: 2 }),
      frame(BINARY, messageData(7, 2n, 5), { lengthBytes: 8 }),
    ),
    reports: [["data", 7, 1, 0, 5], ["data", 7, 2, 0, 5]],
  },
  {
    name: "lengths at their limits",
    bytes: joined(...[125, 126, 65_535, 65_536].map((length) => frame(BINARY, messageData(7, 1n, length - 13)))),
    reports: [112, 113, 65_522, 65_523].map((payloadBytes) => ["data", 7, 1, 0, payloadBytes]),
  },
  {
    name: "a head and a payload in separate frames",
    bytes: joined(
      frame(BINARY, messageData(7, 1n, 0), { fin: false }),
      frame(CONTINUATION, new Uint8Array(300)),
      frame(BINARY, messageData(7, 2n, 0), { fin: false }),
      frame(CONTINUATION, new Uint8Array(300)),
    ),
    reports: [["data", 7, 1, 0, 300], ["data", 7, 2, 0, 300]],
  },
  {
    name: "a head in fragments, one of them empty, with pings between them",
    bytes: joined(
      frame(BINARY, messageData(7, 9n, 20).subarray(0, 3), { fin: false }),
      frame(PING, Uint8Array.of(1, 2)),
      frame(CONTINUATION, messageData(7, 9n, 20).subarray(3, 8), { fin: false }),
      frame(CONTINUATION, new Uint8Array(), { fin: false }),
      frame(PING, new Uint8Array()),
      frame(CONTINUATION, messageData(7, 9n, 20).subarray(8)),
    ),
    reports: [["control", PING, [1, 2]], ["control", PING, []], ["data", 7, 9, 0, 20]],
  },
  {
    name: "an empty last fragment",
    bytes: joined(frame(BINARY, messageData(7, 9n, 20), { fin: false }), frame(CONTINUATION, new Uint8Array())),
    reports: [["data", 7, 9, 0, 20]],
  },
  {
    name: "text between messages, with a character in two fragments",
    bytes: joined(
      frame(BINARY, messageData(7, 1n, 1)),
      frame(TEXT, utf8("gr\u00fc").subarray(0, 3), { fin: false }),
      frame(CONTINUATION, utf8("gr\u00fcn").subarray(3)),
      frame(TEXT, new Uint8Array()),
      frame(BINARY, messageData(7, 2n, 2)),
    ),
    reports: [["data", 7, 1, 0, 1], ["text", "gr\u00fcn"], ["text", ""], ["data", 7, 2, 0, 2]],
  },
  {
    name: "binary messages that are not data",
    bytes: joined(
      frame(BINARY, new Uint8Array()),
      frame(BINARY, Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0)),
      frame(BINARY, messageData(7, 1n, 0).subarray(0, 12)),
      frame(BINARY, messageData(7, 2n, 2)),
    ),
    reports: [["other", -1, 0], ["other", 2, 9], ["other", 1, 12], ["data", 7, 2, 0, 2]],
  },
  {
    name: "a close frame",
    bytes: joined(frame(BINARY, messageData(7, 1n, 1)), frame(CLOSE, Uint8Array.of(3, 233))),
    reports: [["data", 7, 1, 0, 1], ["control", CLOSE, [3, 233]]],
  },
];

for (const { name, bytes, reports } of streams) {
  Deno.test(`FrameWalker.push() finds ${name}`, () => {
    assertEquals(walk(bytes), reports);
  });

  Deno.test(`FrameWalker.push() finds ${name}, read in pieces`, () => {
    const few = bytes.length < 2000;
    const sizes = few ? Array.from({ length: bytes.length }, (_, index) => index + 1) : [1, 2, 3, 7, 13, 1000, 65_536];
    for (const size of sizes) assertEquals(walk(bytes, size), reports, `in pieces of ${size} bytes`);
  });
}

Deno.test("FrameWalker.push() reports a message only after its last byte", () => {
  const bytes = frame(BINARY, messageData(7, 1n, 200));
  assertEquals(walk(bytes.subarray(0, -1)), []);
});

const rejected: { name: string; bytes: Uint8Array }[] = [
  { name: "a masked frame", bytes: Uint8Array.of(0x82, 0x80, 0, 0, 0, 0) },
  { name: "a reserved bit", bytes: Uint8Array.of(0xc2, 0x00) },
  { name: "an unknown opcode", bytes: Uint8Array.of(0x83, 0x00) },
  { name: "a continuation without a message", bytes: frame(CONTINUATION, new Uint8Array()) },
  {
    name: "a message before the end of another",
    bytes: joined(frame(BINARY, new Uint8Array(), { fin: false }), frame(BINARY, new Uint8Array())),
  },
];

for (const { name, bytes } of rejected) {
  Deno.test(`FrameWalker.push() rejects ${name}`, () => {
    assertThrows(() => walk(bytes), Error, "Cannot walk the frames");
  });
}
