// Any input is decoded or rejected with a ProtocolError, and each decoded message can be encoded again.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { decodeClientMessage, decodeServerMessage } from "../../src/protocol/decode.ts";
import { ProtocolError, type ProtocolErrorCode } from "../../src/protocol/protocol_error.ts";
import { hex } from "./hex.ts";
import { checkCodec, type Input } from "./mutation/check_codec.ts";
import { mutateFrame } from "./mutation/mutate_frame.ts";
import { mutateText } from "./mutation/mutate_text.ts";
import { makeSeeds, type Seeds } from "./mutation/seeds.ts";
import { CLIENT_MESSAGES, SERVER_MESSAGES } from "./random_messages.ts";
import { Random } from "./random.ts";

const SEED = 20_240_917;
const ROUNDS = 12_000;

/** Runs the inputs of `make` through the codec. An error contains the input. Returns how many messages were decoded. */
function assertDecodesOrRejects(make: (random: Random, seeds: Seeds) => Input): number {
  const random = new Random(SEED);
  const seeds = makeSeeds(random, 2);
  let decoded = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const data = make(random, seeds);
    try {
      decoded += checkCodec(data);
    } catch (cause) {
      throw new Error(typeof data === "string" ? data : hex(data), { cause });
    }
  }
  return decoded;
}

Deno.test("decoding random bytes gives a message or a ProtocolError", () => {
  assertDecodesOrRejects((random) => {
    const bytes = random.bytes(random.below(60));
    if (bytes.length > 0 && random.once(2)) bytes[0] = random.below(7);
    return bytes;
  });
});

Deno.test("decoding mutated frames gives a message or a ProtocolError", () => {
  const decoded = assertDecodesOrRejects((random, { frames }) => mutateFrame(random, frames));
  assert(decoded > ROUNDS / 10, `only ${decoded} were decoded`);
});

Deno.test("decoding mutated text gives a message or a ProtocolError", () => {
  const decoded = assertDecodesOrRejects((random, { texts }) => mutateText(random, texts));
  assert(decoded > ROUNDS / 10, `only ${decoded} were decoded`);
});

/** Every code. The type checker requires that new codes are added here. */
const CODES: Record<ProtocolErrorCode, true> = {
  "empty": true,
  "unknown-opcode": true,
  "truncated": true,
  "bad-status": true,
  "bad-command": true,
  "invalid-utf8": true,
  "invalid-json": true,
  "not-an-object": true,
  "missing-op": true,
  "unknown-op": true,
  "invalid-field": true,
};

Deno.test("the mutated inputs cover every error code and every op", () => {
  const random = new Random(SEED);
  const { frames, texts } = makeSeeds(random, 2);
  const codes = new Set<string>();
  const ops = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const data = random.once(2) ? mutateFrame(random, frames) : mutateText(random, texts);
    for (const [side, decode] of [["server", decodeServerMessage], ["client", decodeClientMessage]] as const) {
      try {
        ops.add(`${side} ${decode(data).op}`);
      } catch (error) {
        codes.add(error instanceof ProtocolError ? error.code : String(error));
      }
    }
  }
  assertEquals([...codes].sort(), Object.keys(CODES).sort());
  assertEquals(ops.size, Object.keys(SERVER_MESSAGES).length + Object.keys(CLIENT_MESSAGES).length);
});

/**
 * Frames that end with the length of a text that is missing: the opcode, the size of the fields before the text, and
 * the decoder.
 */
const LYING_FRAMES = [
  { op: "serviceCallResponse", opcode: 0x03, skipped: 8, decode: decodeServerMessage },
  { op: "fetchAssetResponse", opcode: 0x04, skipped: 5, decode: decodeServerMessage },
  { op: "playbackState", opcode: 0x05, skipped: 14, decode: decodeServerMessage },
  { op: "serviceCallRequest", opcode: 0x02, skipped: 8, decode: decodeClientMessage },
  { op: "playbackControlRequest", opcode: 0x03, skipped: 14, decode: decodeClientMessage },
];

Deno.test("decoding a frame with a false length does not allocate that many bytes", () => {
  const claimed = 32 * 1024 * 1024;
  for (const { op, opcode, skipped, decode } of LYING_FRAMES) {
    const frame = new Uint8Array(1 + skipped + 4);
    frame[0] = opcode;
    new DataView(frame.buffer).setUint32(1 + skipped, claimed, true);
    const before = Deno.memoryUsage();
    let code = "";
    try {
      decode(frame);
    } catch (error) {
      if (error instanceof ProtocolError) code = error.code;
    }
    const after = Deno.memoryUsage();
    assertEquals(code, "truncated", op);
    for (const kind of ["heapUsed", "external"] as const) {
      const grown = after[kind] - before[kind];
      assert(grown < claimed / 4, `${op}: ${kind} grew by ${grown}`);
    }
  }
});
