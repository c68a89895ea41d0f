// FrameReader: the rules of RFC 6455 and RFC 7692 for the frames of clients, however the bytes are split.

import { assertEquals } from "@std/assert/equals";
import type { FrameReaderOptions } from "../../src/websocket/frame_reader_options.ts";
import { bytes } from "../protocol/hex.ts";
import { type ClientFrame, clientFrames } from "../support/client_frames.ts";
import { checkFrames, checkSplits } from "./check_frames.ts";
import type { FrameEvent } from "./read_frames.ts";
import { inflateZlib } from "./zlib.ts";
import { deflateRuns } from "./run_length.ts";

interface Scenario {
  name: string;
  frames: readonly ClientFrame[];
  events: readonly FrameEvent[];
  /** @default {100_000} */
  maxMessageBytes?: number;
  /** Whether compression with `deflateRuns()` was negotiated. */
  mayCompress?: boolean;
}

const [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG] = [0, 1, 2, 8, 9, 10] as const;
const RSV1 = 4;

function text(text: string): FrameEvent {
  return { type: "text", text };
}

function binary(hex: string): FrameEvent {
  return { type: "binary", hex };
}

function failed(code: number, reason: string): FrameEvent {
  return { type: "failed", code, reason };
}

const NOT_UTF8 = failed(1007, "The text is not UTF-8");
const TOO_LARGE = failed(1009, "The message is larger than 10 bytes");
const FRAGMENTED_CONTROL = failed(1002, "A control frame is fragmented");
const LONG_LENGTH = failed(1002, "A length has more bytes than it needs");

const MESSAGES: readonly Scenario[] = [
  { name: "a text", frames: [{ opcode: TEXT, payload: "Hello" }], events: [text("Hello")] },
  { name: "bytes", frames: [{ opcode: BINARY, payload: bytes("00 ff 80") }], events: [binary("00ff80")] },
  { name: "empty messages", frames: [{ opcode: TEXT }, { opcode: BINARY }], events: [text(""), binary("")] },
  ...[1, 95, 96, 125, 126, 127, 255, 1000, 65_535, 65_536, 70_001].map((length): Scenario => ({
    name: `${length} bytes`,
    frames: [{ opcode: BINARY, payload: new Uint8Array(length).fill(7) }, { opcode: TEXT, payload: "next" }],
    events: [binary("07".repeat(length)), text("next")],
  })),
  {
    name: "a text with a byte order mark and characters of all lengths",
    frames: [{ opcode: TEXT, payload: "\ufeffa\u00e9\u20ac\u{1f916}" }],
    events: [text("\ufeffa\u00e9\u20ac\u{1f916}")],
  },
  {
    name: "masks of any kind",
    frames: [
      { opcode: TEXT, payload: "zero", mask: [0, 0, 0, 0] },
      { opcode: TEXT, payload: "ones", mask: [255, 255, 255, 255] },
    ],
    events: [text("zero"), text("ones")],
  },
  {
    name: "fragments, also empty ones",
    frames: [
      { opcode: TEXT, payload: "He", isFinal: false },
      { opcode: CONTINUATION, isFinal: false },
      { opcode: CONTINUATION, payload: "llo" },
      { opcode: BINARY, isFinal: false },
      { opcode: CONTINUATION, payload: bytes("01"), isFinal: false },
      { opcode: CONTINUATION },
      { opcode: BINARY, isFinal: false },
      { opcode: CONTINUATION },
    ],
    events: [text("Hello"), binary("01"), binary("")],
  },
  {
    name: "a character that is split between fragments",
    frames: [
      { opcode: TEXT, payload: bytes("f0"), isFinal: false },
      { opcode: CONTINUATION, payload: bytes("9f a4"), isFinal: false },
      { opcode: CONTINUATION, payload: bytes("96") },
    ],
    events: [text("\u{1f916}")],
  },
  {
    name: "control frames between fragments",
    frames: [
      { opcode: TEXT, payload: "He", isFinal: false },
      { opcode: PING, payload: "ping" },
      { opcode: CONTINUATION, payload: "l", isFinal: false },
      { opcode: PONG },
      { opcode: CONTINUATION, payload: "lo" },
    ],
    events: [{ type: "ping", hex: "70696e67" }, { type: "pong", hex: "" }, text("Hello")],
  },
  {
    name: "a control frame of 125 bytes",
    frames: [{ opcode: PING, payload: new Uint8Array(125) }],
    events: [{ type: "ping", hex: "00".repeat(125) }],
  },
  {
    name: "control frames that are larger than a message may be",
    frames: [{ opcode: PING, payload: new Uint8Array(11) }],
    events: [{ type: "ping", hex: "00".repeat(11) }],
    maxMessageBytes: 10,
  },
];

const CLOSES: readonly Scenario[] = [
  {
    name: "a close frame without a code, and ignores the rest",
    frames: [{ opcode: CLOSE }, { opcode: TEXT, payload: "late" }, { opcode: 15 }],
    events: [{ type: "close", code: undefined, reason: "" }],
  },
  {
    name: "a close frame between fragments",
    frames: [{ opcode: TEXT, payload: "He", isFinal: false }, { opcode: CLOSE, payload: bytes("03e9 c3a9") }],
    events: [{ type: "close", code: 1001, reason: "\u00e9" }],
  },
  ...[1000, 1003, 1007, 1014, 3000, 4999].map((code): Scenario => ({
    name: `the close code ${code}`,
    frames: [{ opcode: CLOSE, payload: Uint8Array.of(code >> 8, code & 0xff) }],
    events: [{ type: "close", code, reason: "" }],
  })),
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65_535].map((code): Scenario => ({
    name: `the close code ${code}`,
    frames: [{ opcode: CLOSE, payload: Uint8Array.of(code >> 8, code & 0xff) }],
    events: [failed(1002, `The close code ${code} is invalid`)],
  })),
  {
    name: "a close frame of one byte",
    frames: [{ opcode: CLOSE, payload: bytes("03") }],
    events: [failed(1002, "The close frame has half a code")],
  },
  {
    name: "a close reason that is not UTF-8",
    frames: [{ opcode: CLOSE, payload: bytes("03e8 e282") }],
    events: [failed(1007, "The reason of a close frame is not UTF-8")],
  },
];

const ERRORS: readonly Scenario[] = [
  {
    name: "a frame without a mask, after a valid one",
    frames: [{ opcode: TEXT, payload: "a" }, { opcode: TEXT, payload: "b", mask: undefined }],
    events: [text("a"), failed(1002, "The frame is not masked")],
  },
  ...[1, 2, 3].map((rsv): Scenario => ({
    name: `the reserved bits ${rsv}`,
    frames: [{ opcode: TEXT, rsv }],
    events: [failed(1002, "A reserved bit is set")],
    mayCompress: true,
  })),
  {
    name: "a compressed message without negotiation",
    frames: [{ opcode: TEXT, rsv: RSV1 }],
    events: [failed(1002, "A message is compressed, but compression was not negotiated")],
  },
  ...[CLOSE, PING, PONG].map((opcode): Scenario => ({
    name: `the compression bit in control frame ${opcode}`,
    frames: [{ opcode, rsv: RSV1 }],
    events: [failed(1002, "The frame must not have the compression bit")],
    mayCompress: true,
  })),
  {
    name: "the compression bit in a later fragment",
    frames: [{ opcode: BINARY, isFinal: false, rsv: RSV1 }, { opcode: CONTINUATION, rsv: RSV1 }],
    events: [failed(1002, "The frame must not have the compression bit")],
    mayCompress: true,
  },
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): Scenario => ({
    name: `the opcode ${opcode}`,
    frames: [{ opcode }],
    events: [failed(1002, `The opcode ${opcode} is unknown`)],
  })),
  {
    name: "a control frame of 126 bytes",
    frames: [{ opcode: PING, payload: new Uint8Array(126) }],
    events: [failed(1002, "A control frame has more than 125 bytes")],
  },
  ...[CLOSE, PING, PONG].map((opcode): Scenario => ({
    name: `control frame ${opcode} as a fragment`,
    frames: [{ opcode, isFinal: false }],
    events: [FRAGMENTED_CONTROL],
  })),
  {
    name: "a continuation without a start",
    frames: [{ opcode: TEXT, payload: "a" }, { opcode: CONTINUATION, payload: "b" }],
    events: [text("a"), failed(1002, "A continuation frame has no message to continue")],
  },
  ...[TEXT, BINARY].map((opcode): Scenario => ({
    name: `data frame ${opcode} within a message`,
    frames: [{ opcode: BINARY, isFinal: false }, { opcode }],
    events: [failed(1002, "A message begins before the last fragment of another")],
  })),
  { name: "16 bits for 125", frames: [{ opcode: TEXT, claimedLength: 125, lengthBytes: 2 }], events: [LONG_LENGTH] },
  { name: "64 bits for 125", frames: [{ opcode: TEXT, claimedLength: 125, lengthBytes: 8 }], events: [LONG_LENGTH] },
  {
    name: "64 bits for 65535",
    frames: [{ opcode: TEXT, claimedLength: 65_535, lengthBytes: 8 }],
    events: [LONG_LENGTH],
  },
  {
    name: "a length with the first bit set",
    frames: [{ opcode: TEXT, claimedLength: 2n ** 63n, lengthBytes: 8 }],
    events: [failed(1002, "The first bit of a length is set")],
  },
];

const LIMITS: readonly Scenario[] = [
  ...[11, 126, 65_536, 2 ** 32, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n].map((claimedLength): Scenario => ({
    name: `${claimedLength} bytes where 10 are allowed`,
    frames: [{ opcode: BINARY, claimedLength }],
    events: [TOO_LARGE],
    maxMessageBytes: 10,
  })),
  {
    name: "messages of exactly the allowed size",
    frames: [
      { opcode: BINARY, payload: new Uint8Array(10) },
      { opcode: BINARY, payload: new Uint8Array(4), isFinal: false },
      { opcode: CONTINUATION, payload: new Uint8Array(6) },
    ],
    events: [binary("00".repeat(10)), binary("00".repeat(10))],
    maxMessageBytes: 10,
  },
  {
    name: "fragments that are too large together",
    frames: [
      { opcode: BINARY, payload: new Uint8Array(4), isFinal: false },
      { opcode: CONTINUATION, payload: new Uint8Array(6), isFinal: false },
      { opcode: CONTINUATION, isFinal: false },
      { opcode: CONTINUATION, claimedLength: 1, isFinal: false },
    ],
    events: [TOO_LARGE],
    maxMessageBytes: 10,
  },
];

const INVALID_TEXTS: readonly Scenario[] = [
  { name: "a text with an invalid byte", frames: [{ opcode: TEXT, payload: bytes("61ff") }], events: [NOT_UTF8] },
  { name: "a text that ends in a character", frames: [{ opcode: TEXT, payload: bytes("61e282") }], events: [NOT_UTF8] },
  {
    name: "fragments that end in a character",
    frames: [
      { opcode: TEXT, payload: bytes("61"), isFinal: false },
      { opcode: CONTINUATION, payload: bytes("e282"), isFinal: false },
      { opcode: CONTINUATION },
    ],
    events: [NOT_UTF8],
  },
  {
    name: "an invalid byte in the first fragment, before the next one",
    frames: [
      { opcode: TEXT, payload: bytes("61ff"), isFinal: false },
      { opcode: PING },
    ],
    events: [NOT_UTF8],
  },
  {
    name: "a text after another one whose last fragment completed a character",
    frames: [
      { opcode: TEXT, payload: bytes("e2"), isFinal: false },
      { opcode: CONTINUATION, payload: bytes("82ac") },
      { opcode: TEXT, payload: "a", isFinal: false },
      { opcode: CONTINUATION, payload: "b" },
    ],
    events: [text("\u20ac"), text("ab")],
  },
];

const runs = deflateRuns(new Uint8Array(10).fill(0x61));

const COMPRESSED: readonly Scenario[] = ([
  {
    name: "compressed and other messages",
    frames: [
      { opcode: TEXT, rsv: RSV1, payload: runs },
      { opcode: BINARY, rsv: RSV1, payload: runs },
      { opcode: TEXT, payload: "plain" },
      { opcode: TEXT, rsv: RSV1 },
      { opcode: BINARY, rsv: RSV1 },
    ],
    events: [text("a".repeat(10)), binary("61".repeat(10)), text("plain"), text(""), binary("")],
  },
  {
    name: "fragments of a compressed text",
    frames: [
      { opcode: TEXT, rsv: RSV1, payload: runs.subarray(0, 1), isFinal: false },
      { opcode: PING },
      { opcode: CONTINUATION, payload: runs.subarray(1) },
      { opcode: TEXT, payload: "plain" },
    ],
    events: [{ type: "ping", hex: "" }, text("a".repeat(10)), text("plain")],
  },
  {
    name: "a compressed text whose compressed bytes are not UTF-8",
    frames: [
      { opcode: TEXT, rsv: RSV1, payload: bytes("ff"), isFinal: false },
      { opcode: CONTINUATION, payload: bytes("61") },
    ],
    events: [text("a".repeat(255))],
  },
  {
    name: "a compressed text that is not UTF-8 after decompression",
    frames: [{ opcode: TEXT, rsv: RSV1, payload: bytes("01ff") }],
    events: [NOT_UTF8],
  },
  {
    name: "a compressed message that is invalid",
    frames: [{ opcode: TEXT, rsv: RSV1, payload: bytes("01") }, { opcode: TEXT }],
    events: [failed(1007, "A compressed message is invalid")],
  },
  {
    name: "a compressed message that becomes too large",
    frames: [
      { opcode: BINARY, rsv: RSV1, payload: bytes("0a61") },
      { opcode: BINARY, rsv: RSV1, payload: bytes("0b61") },
    ],
    events: [binary("61".repeat(10)), TOO_LARGE],
    maxMessageBytes: 10,
  },
  {
    name: "a compressed message that is too large when it arrives",
    frames: [{ opcode: BINARY, rsv: RSV1, claimedLength: 11 }],
    events: [TOO_LARGE],
    maxMessageBytes: 10,
  },
] as const satisfies readonly Scenario[]).map((scenario) => ({ ...scenario, mayCompress: true }));

for (const scenario of [...MESSAGES, ...CLOSES, ...ERRORS, ...LIMITS, ...INVALID_TEXTS, ...COMPRESSED]) {
  const { name, frames, events, maxMessageBytes = 100_000, mayCompress = false } = scenario;
  const isError = events.at(-1)?.type === "failed";
  Deno.test(`FrameReader.push() ${isError ? "rejects" : "reads"} ${name}`, () => {
    const input = { bytes: clientFrames(...frames), maxMessageBytes, mayCompress, splitSeed: 1 };
    assertEquals(checkFrames(input), events);
  });
}

const OPTIONS: FrameReaderOptions = { maxMessageBytes: 1000, inflate: inflateZlib };

/** The examples of RFC 6455, section 5.7, and RFC 7692, section 7.2.3. The latter have no mask there. */
const EXAMPLES: readonly (readonly [name: string, frames: Uint8Array<ArrayBuffer>, event: FrameEvent])[] = [
  ["RFC 6455: a masked text", bytes("81 85 37 fa 21 3d 7f 9f 4d 51 58"), text("Hello")],
  ["RFC 6455: a masked pong", bytes("8a 85 37 fa 21 3d 7f 9f 4d 51 58"), { type: "pong", hex: "48656c6c6f" }],
  ["RFC 7692: one block", compressed("f2 48 cd c9 c9 07 00"), text("Hello")],
  [
    "RFC 7692: two fragments",
    clientFrames(
      { opcode: TEXT, rsv: RSV1, isFinal: false, payload: bytes("f2 48 cd") },
      { opcode: CONTINUATION, payload: bytes("c9 c9 07 00") },
    ),
    text("Hello"),
  ],
  ["RFC 7692: a stored block", compressed("00 05 00 fa ff 48 65 6c 6c 6f 00"), text("Hello")],
  ["RFC 7692: a final block", compressed("f3 48 cd c9 c9 07 00 00"), text("Hello")],
  ["RFC 7692: two blocks", compressed("f2 48 05 00 00 00 ff ff ca c9 c9 07 00"), text("Hello")],
  ["RFC 7692: an empty message", compressed("00"), text("")],
];

function compressed(hex: string): Uint8Array<ArrayBuffer> {
  return clientFrames({ opcode: TEXT, rsv: RSV1, payload: bytes(hex) });
}

for (const [name, frames, event] of EXAMPLES) {
  Deno.test(`FrameReader.push() reads the example of ${name}`, () => {
    assertEquals(checkSplits(frames, OPTIONS, 1), [event]);
  });
}
