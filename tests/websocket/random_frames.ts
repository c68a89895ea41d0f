// randomFrames(): the frames of a client, some of them with typical errors.

import type { Random } from "../protocol/random.ts";
import { type ClientFrame, clientFrames, joined } from "../support/client_frames.ts";
import type { FrameInput } from "./check_frames.ts";
import { deflateRuns } from "./run_length.ts";

/** The lengths at which the encoding of a length changes, and others. */
const LENGTHS = [0, 1, 2, 5, 30, 124, 125, 126, 127, 200, 600];
const RARE_LENGTHS = [4000, 65_535, 65_536, 70_000];
const LIMITS = [1, 5, 125, 126, 700, 1500, 100_000];
/** Lengths that headers claim without sending the payload. */
const CLAIMS = [0, 1, 126, 0xffff, 0x1_0000, 0x7fff_ffff, 2 ** 32, 2 ** 53, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n];
const CODES = [0, 999, 1000, 1003, 1004, 1005, 1006, 1007, 1014, 1015, 2999, 3000, 4999, 5000, 65_535];
const LETTERS = ["a", "Z", " ", "\0", "\x7f", "\u00e9", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\ufeff", "\u{10ffff}"];
/** Byte sequences that are not UTF-8, or not at their end. */
const NOT_UTF8 = [[0x80], [0xc0], [0xc1, 0xbf], [0xe0, 0x9f], [0xed, 0xa0], [0xf0, 0x8f], [0xf4, 0x90], [0xf5], [0xe2]];

/** Returns an input that is valid with a probability of about one half. */
export function randomInput(random: Random): FrameInput {
  const mayCompress = random.once(2);
  const frames: ClientFrame[] = [];
  for (let messages = 1 + random.below(5); messages > 0; messages--) frames.push(...randomMessage(random, mayCompress));
  if (random.once(3)) frames.push({ opcode: 8, payload: closePayload(random) });
  if (random.once(4)) frames.splice(random.below(frames.length + 1), random.below(2), randomFrame(random));
  let bytes = clientFrames(...frames);
  for (let times = random.once(2) ? random.below(4) : 0; times > 0; times--) bytes = mutated(random, bytes);
  return { bytes, mayCompress, maxMessageBytes: random.pick(LIMITS), splitSeed: random.uint32() };
}

/** A message in one or more fragments, with control frames between them. */
function randomMessage(random: Random, mayCompress: boolean): ClientFrame[] {
  const isText = random.once(2);
  const isCompressed = mayCompress && random.once(2);
  const length = random.once(100) ? random.pick(RARE_LENGTHS) : random.pick(LENGTHS);
  const plain = isText ? randomText(random, length) : random.once(2) ? random.bytes(length) : new Uint8Array(length);
  const payload = isCompressed ? deflateRuns(plain) : plain;
  const frames: ClientFrame[] = [];
  let start = 0;
  for (let more = random.once(2) ? random.below(4) : 0; more >= 0; more--) {
    const end = more === 0 ? payload.length : start + random.below(payload.length - start + 1);
    const isFirst = frames.every(({ opcode }) => opcode > 2);
    const opcode = isFirst ? isText ? 1 : 2 : 0;
    frames.push({
      opcode,
      payload: payload.subarray(start, end),
      isFinal: more === 0,
      rsv: isFirst && isCompressed ? 4 : 0,
      mask: [random.below(256), random.below(256), random.below(256), random.below(256)],
    });
    start = end;
    if (random.once(3)) frames.push({ opcode: 9 + random.below(2), payload: random.bytes(random.pick([0, 4, 125])) });
  }
  return frames;
}

function randomText(random: Random, maxBytes: number): Uint8Array<ArrayBuffer> {
  let text = "";
  while (text.length < maxBytes) text += random.pick(LETTERS).repeat(1 + random.below(8));
  const bytes = new Uint8Array(maxBytes);
  const { written } = new TextEncoder().encodeInto(text, bytes);
  if (random.once(8)) bytes.set(random.pick(NOT_UTF8).slice(0, maxBytes), random.below(Math.max(1, maxBytes - 1)));
  return bytes.slice(0, written);
}

function closePayload(random: Random): Uint8Array {
  const code = random.pick(CODES);
  const reason = randomText(random, random.pick([0, 3, 123]));
  return Uint8Array.from([code >> 8, code & 0xff, ...reason]).subarray(0, random.once(6) ? random.below(3) : 125);
}

/** A frame with any bits, whose payload may be missing. */
function randomFrame(random: Random): ClientFrame {
  const payload = random.bytes(random.pick(LENGTHS));
  const frame: ClientFrame = { opcode: random.below(16), isFinal: !random.once(3), payload };
  if (random.once(4)) frame.rsv = random.below(8);
  if (random.once(6)) frame.mask = undefined;
  if (random.once(4)) frame.claimedLength = random.pick(CLAIMS);
  if (random.once(6)) frame.lengthBytes = random.pick([2, 8]);
  return frame;
}

function mutated(random: Random, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const at = random.below(bytes.length + 1);
  switch (random.below(5)) {
    case 0:
      return bytes.map((byte, index) => index === at ? byte ^ (1 << random.below(8)) : byte);
    case 1:
      return bytes.slice(0, at);
    case 2:
      return joined(bytes.subarray(0, at), bytes.subarray(random.below(bytes.length + 1)));
    case 3:
      return bytes.map((byte, index) => index < 14 && random.once(6) ? random.below(256) : byte);
    default:
      return joined(bytes.subarray(0, at), random.bytes(1), bytes.subarray(at));
  }
}
