// randomFile(): makes whole files with typical errors.

import { MAGIC_LENGTH, magicBytes } from "../../../src/mcap/records/magic.ts";
import { mutateFrame } from "../../protocol/mutation/mutate_frame.ts";
import type { Random } from "../../protocol/random.ts";
import { makeConformanceFile } from "../conformance/conformance_file.ts";
import { conformanceVariants } from "../conformance/variants.ts";
import { makeFile, message, type Part } from "../support/make_file.ts";
import type { FileInput } from "./check_file.ts";

const PARTS: Part[] = [
  { chunk: [message(3), message(1, 2), message(2, 3)] },
  { metadata: { name: "robot", metadata: new Map([["name", "r1"]]) } },
  { attachment: { logTime: 1n, createTime: 2n, name: "map", mediaType: "image/png", data: Uint8Array.of(1, 2, 3) } },
  { chunk: [message(2, 1, 1), message(5, 2)] },
];
const FILES: readonly Uint8Array[] = [
  ...conformanceVariants().map((variant) => makeConformanceFile(variant).bytes),
  ...[true, false].flatMap((hasSummary) => [
    makeFile(PARTS, { hasSummary }).bytes,
    makeFile(PARTS, { hasSummary, compression: "zstd" }).bytes,
    makeFile(PARTS, { hasSummary, hasMessageIndexes: false }).bytes,
    makeFile(PARTS, { hasSummary, repeatsDefinitions: false, definesInEachChunk: false }).bytes,
    makeFile([1, 3, 2].map((time) => ({ message: message(time) })), { hasSummary }).bytes,
  ]),
].filter(({ length }) => length < 4000);

/** Returns a mutated file. Most begin as files do. */
export function randomFile(random: Random): FileInput {
  const bytes = mutateFrame(random, FILES);
  const isKept = bytes.length >= MAGIC_LENGTH && !random.once(50);
  if (isKept) bytes.set(magicBytes());
  const end = random.once(4) ? random.below(bytes.length + 1) : bytes.length;
  return { bytes: bytes.subarray(0, end), splitSeed: random.uint32() };
}
