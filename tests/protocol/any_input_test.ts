// Whatever comes in is decoded or refused by a ProtocolError, and what was decoded can be sent on.

import { assert } from "@std/assert/assert";
import { decodeClientMessage, decodeServerMessage } from "../../src/protocol/decode.ts";
import { encodeClientMessage, encodeServerMessage } from "../../src/protocol/encode.ts";
import { ProtocolError } from "../../src/protocol/protocol_error.ts";
import { hex } from "./hex.ts";
import { Random } from "./random.ts";
import { input, VECTORS } from "./vectors.ts";

const SEED = 20_240_917;
const ROUNDS = 12_000;

type Input = string | Uint8Array;

const CODECS = [
  { decode: decodeServerMessage, encode: encodeServerMessage as (message: unknown) => Input },
  { decode: decodeClientMessage, encode: encodeClientMessage as (message: unknown) => Input },
];

/** Decodes `data` as each side's; returns how often that gave a message. */
function decodeOrRefuse(data: Input): number {
  let decoded = 0;
  for (const { decode, encode } of CODECS) {
    let message: unknown;
    try {
      message = decode(data);
    } catch (error) {
      assert(error instanceof ProtocolError, `not a ProtocolError: ${error}`);
      continue;
    }
    decoded += 1;
    assert(!hasUndefined(message), "a member is undefined");
    try {
      encode(message);
    } catch (error) {
      // A schema that should be base64 and is not, or a service's with the encoding "": read, but not sent.
      assert(error instanceof TypeError && /schema(Encoding)? must be/.test(error.message), `not encoded: ${error}`);
    }
  }
  return decoded;
}

function hasUndefined(value: unknown): boolean {
  if (value === undefined) return true;
  return typeof value === "object" && !(value instanceof Uint8Array) && Object.values(value ?? {}).some(hasUndefined);
}

/** Runs `make` through decoding, and says how to repeat what failed. */
function assertDecodesOrRefuses(make: (random: Random) => Input): { decoded: number } {
  let decoded = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const seed = SEED + round;
    const data = make(new Random(seed));
    try {
      decoded += decodeOrRefuse(data);
    } catch (cause) {
      throw new Error(`seed ${seed}: ${typeof data === "string" ? data : hex(data)}`, { cause });
    }
  }
  return { decoded };
}

const FRAMES = VECTORS.map(input).filter((data) => typeof data !== "string");
const TEXTS = VECTORS.map(input).filter((data) => typeof data === "string");

/** Some bits flipped, a piece cut out, or one of another frame put in. */
function mutateFrame(random: Random): Uint8Array {
  let frame = random.pick(FRAMES);
  for (let times = random.below(4); times >= 0; times--) {
    const at = random.below(frame.length + 1);
    const end = at + random.below(frame.length - at + 1);
    const change = random.below(3);
    if (change === 0) frame = frame.map((byte, index) => index === at ? byte ^ (1 << random.below(8)) : byte);
    else if (change === 1) frame = Uint8Array.of(...frame.subarray(0, at), ...frame.subarray(end));
    else frame = Uint8Array.of(...frame.subarray(0, at), ...random.pick(FRAMES).subarray(random.below(5)));
  }
  return frame;
}

/** The same with text, mostly no JSON any more. */
function mutateText(random: Random): string {
  let text = random.pick(TEXTS);
  for (let times = random.below(3); times >= 0; times--) {
    const at = random.below(text.length + 1);
    const end = at + random.below(10);
    const piece = random.pick(["", '"', "\\", "0", "-", ",", "{", "]", "null", "\ud800", "1e999", random.pick(TEXTS)]);
    text = text.slice(0, at) + piece + text.slice(end);
  }
  return text;
}

const ODD_VALUES = [
  ...[null, true, "", "x", "AA==", "!", 0, -1, -0, 0.5, 3, 2 ** 32, 2 ** 53, 1e300, [], [null], [[]], {}],
  ...[{ id: 1 }, { name: null }, { sec: 1, nsec: 2 }, JSON.parse('{"__proto__":{"op":"x"}}'), "protobuf", "float64"],
];

/** JSON still, with a value here and there replaced, dropped, or doubled. */
function mutateJson(random: Random): string {
  const change = (value: unknown): unknown => {
    if (random.once(20)) return random.pick(ODD_VALUES);
    if (Array.isArray(value)) return value.flatMap((item) => random.once(15) ? [item, change(item)] : [change(item)]);
    if (typeof value !== "object" || value === null) return value;
    const kept = Object.entries(value).filter(() => !random.once(30));
    return Object.fromEntries(kept.map(([name, member]) => [name, change(member)]));
  };
  const text = random.pick(TEXTS.filter((text) => text.startsWith('{"op"')));
  return JSON.stringify(change(JSON.parse(text)));
}

Deno.test("decoding random bytes gives a message or a ProtocolError", () => {
  assertDecodesOrRefuses((random) => {
    const bytes = random.bytes(random.below(60));
    if (bytes.length > 0 && random.once(2)) bytes[0] = random.below(7);
    return bytes;
  });
});

Deno.test("decoding mutated frames gives a message or a ProtocolError", () => {
  const { decoded } = assertDecodesOrRefuses(mutateFrame);
  assert(decoded > ROUNDS / 10, `only ${decoded} were decoded`);
});

Deno.test("decoding mutated text gives a message or a ProtocolError", () => {
  assertDecodesOrRefuses(mutateText);
});

Deno.test("decoding mutated JSON gives a message or a ProtocolError", () => {
  const { decoded } = assertDecodesOrRefuses(mutateJson);
  assert(decoded > ROUNDS / 10, `only ${decoded} were decoded`);
});
