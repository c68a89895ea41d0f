// decompressRecords(), decompressStart() and compressRecords(), with zstd of node:zlib.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { compressRecords } from "../../../src/mcap/compression/compress.ts";
import { crc32 } from "../../../src/mcap/compression/crc32.ts";
import { decompressRecords, decompressStart } from "../../../src/mcap/compression/decompress.ts";
import { zstdCompress, zstdDecompress } from "../../../src/mcap/compression/zstd.ts";
import { McapError } from "../../../src/mcap/records/mcap_error.ts";
import { Random } from "../../protocol/random.ts";
import { lz4Vectors } from "./lz4_inputs.ts";

const LIMITS = { maxUncompressedBytes: 10_000_000, offset: 70 };
const NUMBERS = new Random(7);
const TEXT = new TextEncoder().encode(
  Array.from({ length: 30_000 }, () => `line ${NUMBERS.below(1_000_000)}\n`).join(""),
);
const LZ4 = lz4Vectors().find(({ name }) => name.startsWith("text"))!;

/** Compressed records of each format. */
const FORMATS = [
  { compression: "zstd", records: zstdCompress(TEXT, 1), data: TEXT },
  { compression: "lz4", records: LZ4.frame, data: LZ4.data },
  { compression: "", records: TEXT, data: TEXT },
];

for (const { compression, records, data } of FORMATS) {
  Deno.test(`decompressRecords() decompresses "${compression}" of exactly the given size`, () => {
    assertEquals(decompressRecords(compression, records, data.length, LIMITS), data);
    for (const size of [0, data.length - 1, data.length + 1]) {
      const error = assertThrows(() => decompressRecords(compression, records, size, LIMITS), McapError);
      assert(error.offset >= 70, error.message);
    }
  });

  Deno.test(`decompressRecords() limits the size of "${compression}", unless it is not compressed`, () => {
    const limits = { maxUncompressedBytes: data.length - 1, offset: 70 };
    const run = () => decompressRecords(compression, records, data.length, limits);
    if (compression === "") assertEquals(run(), data);
    else {
      const most = `at most ${data.length - 1} bytes of uncompressed records, as the option maxRecordBytes allows`;
      assertThrows(run, McapError, `${most}, found ${data.length}`);
    }
  });

  Deno.test(`decompressRecords() rejects cuts of "${compression}", and decompressStart() returns their start`, () => {
    let longest = 0;
    for (let length = 0; length < records.length; length += Math.ceil(records.length / 50)) {
      const cut = records.slice(0, length);
      assertThrows(() => decompressRecords(compression, cut, data.length, LIMITS), McapError);
      const start = decompressStart(compression, cut, LIMITS);
      assertEquals(start.toHex(), data.subarray(0, start.length).toHex());
      longest = Math.max(longest, start.length);
    }
    assert(longest > data.length / 2, `${longest}`);
    assertEquals(decompressStart(compression, records, LIMITS), data);
  });
}

Deno.test("decompressRecords() rejects mutated zstd, or returns as many bytes as expected", () => {
  const random = new Random(20_261_127);
  const { records, data } = FORMATS[0]!;
  let rejected = 0;
  for (let round = 0; round < 300; round++) {
    const mutated = records.slice();
    mutated[random.below(records.length)] = random.below(256);
    try {
      assertEquals(decompressRecords("zstd", mutated, data.length, LIMITS).length, data.length);
    } catch (error) {
      assert(error instanceof McapError, String(error));
      rejected += 1;
    }
  }
  assert(rejected > 20, `${rejected}`);
});

Deno.test("decompressRecords() does not allocate what a small chunk cannot contain", () => {
  const limits = { maxUncompressedBytes: Number.MAX_SAFE_INTEGER, offset: 0 };
  const before = Deno.memoryUsage().external;
  for (const compression of ["lz4", "zstd"]) {
    for (const size of [2 ** 40, Number.MAX_SAFE_INTEGER]) {
      assertThrows(() => decompressRecords(compression, new Uint8Array(20), size, limits), McapError);
    }
  }
  const small = zstdCompress(new Uint8Array(100), 1);
  assertThrows(() => decompressRecords("zstd", small, 2 ** 33, limits), McapError, "found 100 at byte 0");
  assert(Deno.memoryUsage().external - before < 64 * 2 ** 20);
});

Deno.test("decompressRecords() accepts empty records", () => {
  for (const compression of ["", "lz4", "zstd"]) {
    assertEquals(decompressRecords(compression, new Uint8Array(), 0, LIMITS).length, 0);
  }
  assertEquals(decompressRecords("zstd", zstdCompress(new Uint8Array(), 1), 0, LIMITS).length, 0);
});

Deno.test("decompression names an unknown compression", () => {
  const message = 'expected the compression "lz4", "zstd" or "", found "br" at byte 70';
  assertThrows(() => decompressRecords("br", TEXT, 5, LIMITS), McapError, message);
  assertThrows(() => decompressStart("br", TEXT, LIMITS), McapError, message);
});

Deno.test("decompressRecords() returns plain arrays, not a Buffer", () => {
  const result = decompressRecords("zstd", FORMATS[0]!.records, TEXT.length, LIMITS);
  assertEquals([result.constructor, zstdCompress(TEXT, 1).constructor], [Uint8Array, Uint8Array]);
});

Deno.test("compressRecords() compresses, unless it saves less than 3 percent", () => {
  const compressed = compressRecords(TEXT, "zstd", 1);
  assertEquals([compressed.compression, compressed.records.length < TEXT.length * 0.6], ["zstd", true]);
  assertEquals(decompressRecords("zstd", compressed.records, TEXT.length, LIMITS), TEXT);
  const noise = new Random(1).bytes(100_000);
  for (const records of [noise, new Uint8Array()]) {
    const stored = compressRecords(records, "zstd", 1);
    assertEquals([stored.compression, stored.records === records], ["", true]);
  }
  // 2 and 4 of 100 parts that shrink to nothing.
  const mixed = (zeros: number) => Uint8Array.of(...noise.subarray(zeros), ...new Uint8Array(zeros));
  assertEquals(compressRecords(mixed(2000), "zstd", 1).compression, "");
  assertEquals(compressRecords(mixed(4000), "zstd", 1).compression, "zstd");
  assertEquals(compressRecords(TEXT, "none", 1).records === TEXT, true);
});

Deno.test("zstdCompress() has levels from 1 to 19", () => {
  assert(zstdCompress(TEXT, 19).length < zstdCompress(TEXT, 1).length);
  for (const level of [0, 20, 1.5, NaN, -1]) {
    assertThrows(() => zstdCompress(TEXT, level), RangeError, `the level is ${level}`);
  }
});

Deno.test("zstd names the version of Node that has it, where node:zlib lacks it", () => {
  for (const run of [() => zstdCompress(TEXT, 1, {}), () => zstdDecompress(TEXT, 1, 1, {})]) {
    assertThrows(run, TypeError, "Node has it since version 22.15");
  }
});

Deno.test("crc32() returns the checksum of zlib, also of parts", () => {
  const bytes = new TextEncoder().encode("123456789");
  assertEquals(crc32(bytes), 0xcbf4_3926);
  assertEquals(crc32(bytes.subarray(4), crc32(bytes.subarray(0, 4))), 0xcbf4_3926);
  assertEquals(crc32(new Uint8Array()), 0);
});
