// LZ4: frames of PyPI's lz4, frames with all features, and frames that are cut or mutated.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { decodeLz4, type Lz4Target } from "../../../src/mcap/compression/lz4_frame.ts";
import { xxh32 } from "../../../src/mcap/compression/xxh32.ts";
import { McapError } from "../../../src/mcap/records/mcap_error.ts";
import { Random } from "../../protocol/random.ts";
import { bytesOfHex } from "../records/sample_records.ts";
import { lz4Vectors } from "./lz4_inputs.ts";

const VECTORS = lz4Vectors();
const MUTATIONS = 2000;
const SEED = 20_261_127;

/** Decompresses frames of at most `maxLength` bytes. */
function decode(frames: Uint8Array, maxLength: number): Uint8Array {
  const target: Lz4Target = { bytes: new Uint8Array(), length: 0, maxLength };
  decodeLz4(frames, target, 1000);
  return target.bytes.subarray(0, target.length);
}

Deno.test("the vectors use each feature of the frames", () => {
  const flags = VECTORS.map(({ frame }) => frame[4]!);
  for (const bit of [0x20, 0x10, 0x08, 0x04]) {
    const used = flags.map((flag) => (flag & bit) !== 0);
    assertEquals([used.includes(true), used.includes(false)], [true, true], `bit ${bit}`);
  }
  assert(VECTORS.length > 40);
});

for (const { name, frame, data } of VECTORS) {
  Deno.test(`decodeLz4() decompresses the frame ${name} of PyPI's lz4`, () => {
    assertEquals(decode(frame, data.length).toHex(), data.toHex());
    // Also within larger memory, and without a limit that ends exactly with the data.
    const padded = new Uint8Array(frame.length + 7);
    padded.set(frame, 5);
    assertEquals(decode(padded.subarray(5, 5 + frame.length), data.length + 100).length, data.length);
  });
}

Deno.test("decodeLz4() joins frames, and skips skippable ones", () => {
  const [one, other] = [VECTORS[10]!, VECTORS[30]!];
  const skippable = bytesOfHex("5f2a4d18 03000000 010203");
  const frames = Uint8Array.of(...skippable, ...one.frame, ...skippable, ...other.frame);
  const expected = Uint8Array.of(...one.data, ...other.data);
  assertEquals(decode(frames, expected.length).toHex(), expected.toHex());
  assertEquals(decode(new Uint8Array(), 0).length, 0);
});

Deno.test("decodeLz4() rejects data that is longer than the limit, before it writes it", () => {
  for (const { frame, data } of VECTORS) {
    if (data.length === 0) continue;
    const target: Lz4Target = { bytes: new Uint8Array(), length: 0, maxLength: data.length - 1 };
    assertThrows(() => decodeLz4(frame, target, 0), McapError, "at most");
    assert(target.length < data.length && target.bytes.length < data.length);
  }
});

Deno.test("decodeLz4() rejects every cut, and keeps the data before it", () => {
  let cuts = 0;
  const random = new Random(SEED);
  while (cuts < MUTATIONS) {
    const { frame, data } = random.pick(VECTORS);
    const cut = frame.subarray(0, 1 + random.below(frame.length - 1));
    const target: Lz4Target = { bytes: new Uint8Array(), length: 0, maxLength: data.length };
    assertThrows(() => decodeLz4(cut, target, 0), McapError);
    assertEquals(target.bytes.subarray(0, target.length).toHex(), data.subarray(0, target.length).toHex());
    cuts += 1;
  }
});

Deno.test("decodeLz4() returns the start of a block that is cut", () => {
  const { frame, data } = VECTORS.find(({ name }) => name.startsWith("text"))!;
  const target: Lz4Target = { bytes: new Uint8Array(), length: 0, maxLength: 1e6 };
  const cut = frame.subarray(0, frame.length >> 1);
  assertThrows(() => decodeLz4(cut, target, 0), McapError, "bytes of the LZ4 block");
  assert(target.length > data.length / 4, `${target.length}`);
});

Deno.test("decodeLz4() decompresses mutated frames, or throws a McapError", () => {
  const random = new Random(SEED);
  const counts = { same: 0, different: 0, rejected: 0 };
  for (let round = 0; round < MUTATIONS; round++) {
    const { frame, data } = random.pick(VECTORS);
    const mutated = frame.slice();
    for (let times = random.below(3); times >= 0; times--) mutated[random.below(frame.length)] = random.below(256);
    const target: Lz4Target = { bytes: new Uint8Array(), length: 0, maxLength: 2 * data.length + 64 };
    try {
      decodeLz4(mutated, target, 0);
      counts[target.bytes.subarray(0, target.length).toHex() === data.toHex() ? "same" : "different"] += 1;
    } catch (error) {
      assert(error instanceof McapError, `seed ${SEED}, round ${round}: ${error}`);
      counts.rejected += 1;
    }
    assert(target.bytes.length <= target.maxLength);
  }
  assert(counts.rejected > MUTATIONS / 2 && counts.different < MUTATIONS / 5, JSON.stringify(counts));
});

/** Returns a frame of one block, with a valid descriptor. */
function frameOf(blockHex: string, flags = 0x60, { sizeByte = 0x40, fields = "" } = {}): Uint8Array {
  const block = bytesOfHex(blockHex);
  const descriptor = Uint8Array.of(flags, sizeByte, ...bytesOfHex(fields));
  const checksum = (xxh32(descriptor, 0, descriptor.length) >>> 8) & 0xff;
  const size = new Uint8Array(Uint32Array.of(block.length).buffer);
  return Uint8Array.of(...bytesOfHex("04224d18"), ...descriptor, checksum, ...size, ...block, 0, 0, 0, 0);
}

Deno.test("decodeLz4() decompresses blocks made by hand", () => {
  // "a" and a match of 4 at distance 1, then the literals "bc".
  assertEquals(new TextDecoder().decode(decode(frameOf("10 61 0100 20 6263"), 7)), "aaaaabc");
  // A length of 15 + 255 + 1 literals.
  const literals = "61".repeat(271);
  assertEquals(decode(frameOf(`f0 ff 01 ${literals}`), 271).toHex(), literals);
  // A match of 15 + 0 + 4 bytes.
  assertEquals(decode(frameOf("1f 61 0100 00 00"), 20).toHex(), "61".repeat(20));
});

/** Frames that are wrong in one place, and how the error names it. */
const FAULTS: readonly [name: string, frame: Uint8Array, message: string][] = [
  ["another magic number", bytesOfHex("02214c18"), "the magic number 0x184d2204 of an LZ4 frame, found 0x184c2102"],
  ["version 0", frameOf("", 0x20), "version 1 of the LZ4 frame, found 0"],
  ["version 2", frameOf("", 0xa0), "version 1 of the LZ4 frame, found 2"],
  ["a reserved flag", frameOf("", 0x62), "reserved bits of 0 in the LZ4 descriptor"],
  ["a reserved bit", frameOf("", 0x60, { sizeByte: 0x41 }), "reserved bits of 0 in the LZ4 descriptor"],
  ["the highest bit", frameOf("", 0x60, { sizeByte: 0xc0 }), "reserved bits of 0 in the LZ4 descriptor"],
  ["block size 3", frameOf("", 0x60, { sizeByte: 0x30 }), "an LZ4 block size from 4 to 7, found 3"],
  ["a dictionary", frameOf("", 0x61, { fields: "07000000" }), "an LZ4 frame without a dictionary, found dictionary 7"],
  ["a huge size", frameOf("", 0x68, { fields: "00".repeat(7) + "ff" }), "at most 1000 bytes in the LZ4 frame"],
  ["a wrong size", frameOf("10 61", 0x68, { fields: "0200000000000000" }), "2 bytes in the LZ4 frame, found 1"],
  ["a checksum", bytesOfHex("04224d18 6040 00"), "the checksum 0 of the LZ4 descriptor, found 130"],
  ["a large block", bytesOfHex("04224d18 6040 82 01000100"), "an LZ4 block of at most 65536 bytes, found 65537"],
  ["a large stored block", bytesOfHex("04224d18 6040 82 01000180"), "an LZ4 block of at most 65536 bytes"],
  ["distance 0", frameOf("10 61 0000 00"), "a distance from 1 to 1 in the LZ4 block, found 0"],
  ["a distance before the frame", frameOf("10 61 0200 00"), "a distance from 1 to 1 in the LZ4 block, found 2"],
  ["half a distance", frameOf("10 61 01"), "a distance of 2 bytes in the LZ4 block, found 1 byte"],
  ["a match at the end", frameOf("10 61 0100"), "literals at the end of the block in the LZ4 block, found a match"],
  ["too few literals", frameOf("30 61"), "3 literals in the LZ4 block, found 1 bytes"],
  ["a length of literals without end", frameOf("f0 ff ff"), "a length of literals in the LZ4 block"],
  ["a length of a match without end", frameOf("1f 61 0100 ff"), "a length of a match in the LZ4 block"],
  ["too much data", frameOf("1f 61 0100 ff ff ff ff 00 00"), "at most 1000 bytes in the LZ4 block, found more"],
  ["an empty block", bytesOfHex("04224d18 6040 82 0000"), "4 bytes of the size of an LZ4 block, found 2 bytes"],
  ["half a skippable frame", bytesOfHex("502a4d18 ffffffff"), "4294967295 bytes of the skippable frame, found 0 bytes"],
];

for (const [name, frame, message] of FAULTS) {
  Deno.test(`decodeLz4() rejects ${name}`, () => {
    const error = assertThrows(() => decode(frame, 1000), McapError, message);
    assert(error.offset >= 1000 && error.offset <= 1000 + frame.length);
  });
}

Deno.test("decodeLz4() does not let independent blocks refer to other blocks", () => {
  const second = "04000000 00 0100 00";
  const frame = (flags: number) => {
    const first = frameOf("10 61", flags);
    return Uint8Array.of(...first.subarray(0, first.length - 4), ...bytesOfHex(second + "00000000"));
  };
  assertEquals(decode(frame(0x40), 100).toHex(), "61".repeat(5));
  assertThrows(() => decode(frame(0x60), 100), McapError, "a distance from 1 to 0");
});

Deno.test("xxh32() returns the checksums of the reference", () => {
  const encoder = new TextEncoder();
  const hash = (text: string) => xxh32(encoder.encode(`-${text}-`), 1, 1 + text.length).toString(16);
  assertEquals(
    ["", "a", "abc", "Nobody inspects the spammish repetition"].map(hash),
    ["2cc5d05", "550d7456", "32d153ff", "e2293b2f"],
  );
});
