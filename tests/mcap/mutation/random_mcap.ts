// randomMcap(): makes records and compressed records with typical errors.

import { zstdCompress } from "../../../src/mcap/compression/zstd.ts";
import { ByteBuilder } from "../../../src/mcap/records/byte_builder.ts";
import { MAGIC_LENGTH } from "../../../src/mcap/records/magic.ts";
import { mutateFrame } from "../../protocol/mutation/mutate_frame.ts";
import type { Random } from "../../protocol/random.ts";
import { encodeRecord } from "../support/encode_record.ts";
import { lz4Vectors } from "../compression/lz4_inputs.ts";
import { makeConformanceFile } from "../conformance/conformance_file.ts";
import { conformanceVariants } from "../conformance/variants.ts";
import { bytesOfHex, SAMPLE_RECORDS } from "../records/sample_records.ts";
import type { McapInput } from "./check_mcap.ts";

/** Larger seeds would make most mutations meaningless. */
const MAX_SEED_BYTES = 3000;

const SAMPLES = SAMPLE_RECORDS.map(({ hex }) => bytesOfHex(hex));
const DATA = [...SAMPLES, new TextEncoder().encode("the same again, ".repeat(40))];
const LZ4_FRAMES = lz4Vectors().map(({ frame }) => frame).filter(({ length }) => length <= MAX_SEED_BYTES);
const ZSTD_FRAMES = DATA.map((bytes) => zstdCompress(bytes, 3));
const FILES = conformanceVariants().map((variant) =>
  makeConformanceFile(variant).bytes.subarray(MAGIC_LENGTH, -MAGIC_LENGTH)
).filter(({ length }) => length <= MAX_SEED_BYTES);
const RECORDS = [...SAMPLES, ...FILES, ...compressedChunks()];

/** Returns a mutated or random input. */
export function randomMcap(random: Random): McapInput {
  const splitSeed = random.uint32();
  switch (random.below(8)) {
    case 0:
      return { kind: "lz4", bytes: mutateFrame(random, LZ4_FRAMES), splitSeed };
    case 1:
      return { kind: "zstd", bytes: mutateFrame(random, ZSTD_FRAMES), splitSeed };
    case 2:
      return { kind: "records", bytes: random.bytes(random.below(60)), splitSeed };
    case 3:
      return {
        kind: "records",
        bytes: Uint8Array.of(...mutateFrame(random, SAMPLES), ...random.pick(FILES)),
        splitSeed,
      };
    default:
      return { kind: "records", bytes: mutateFrame(random, RECORDS), splitSeed };
  }
}

/** Returns chunks with other records in them. */
function compressedChunks(): Uint8Array[] {
  const vectors = lz4Vectors().filter(({ frame }) => frame.length <= MAX_SEED_BYTES);
  const chunks = [
    ...vectors.map(({ frame, data }) => ({ compression: "lz4", records: frame, uncompressedSize: data.length })),
    ...ZSTD_FRAMES.map((records, index) => ({
      compression: "zstd",
      records,
      uncompressedSize: DATA[index]!.length,
    })),
  ];
  return chunks.map((chunk) => {
    const builder = new ByteBuilder();
    const rest = { messageStartTime: 0n, messageEndTime: 0n, uncompressedCrc: 0 };
    encodeRecord(builder, { type: "Chunk", ...rest, ...chunk });
    return builder.take();
  });
}
