// Any file gives messages, or a McapError.

import { assert } from "@std/assert/assert";
import { Random } from "../../protocol/random.ts";
import { checkFile } from "./check_file.ts";
import { randomFile } from "./random_file.ts";

const SEED = 20_261_127;
const ROUNDS = 1500;

Deno.test("McapReader, readMcap() and recover() accept any file, or throw a McapError", async () => {
  const random = new Random(SEED);
  let withMessages = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const input = randomFile(random);
    try {
      if (await checkFile(input) > 0) withMessages += 1;
    } catch (cause) {
      throw new Error(`seed ${SEED}: ${input.splitSeed} ${input.bytes.toHex()}`, { cause });
    }
  }
  assert(withMessages > ROUNDS / 4 && withMessages < ROUNDS, `${withMessages}`);
});
