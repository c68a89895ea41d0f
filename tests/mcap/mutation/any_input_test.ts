// Any bytes give records or data, or a McapError.

import { assert } from "@std/assert/assert";
import { Random } from "../../protocol/random.ts";
import { checkMcap } from "./check_mcap.ts";
import { randomMcap } from "./random_mcap.ts";

const SEED = 20_261_127;
const ROUNDS = 4000;

Deno.test("RecordReader and decompression accept any bytes, or throw a McapError", () => {
  const random = new Random(SEED);
  const accepted = { records: 0, lz4: 0, zstd: 0 };
  const rejected = { records: 0, lz4: 0, zstd: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const input = randomMcap(random);
    try {
      (checkMcap(input) > 0 ? accepted : rejected)[input.kind] += 1;
    } catch (cause) {
      throw new Error(`seed ${SEED}: ${input.kind} ${input.splitSeed} ${input.bytes.toHex()}`, { cause });
    }
  }
  const counts = [...Object.values(accepted), ...Object.values(rejected)];
  assert(counts.every((count) => count > ROUNDS / 100), JSON.stringify({ accepted, rejected }));
});
