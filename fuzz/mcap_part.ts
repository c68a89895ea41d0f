// The mcap part: reads mutated records of MCAP files, and decompresses mutated chunks.

import { checkMcap, type McapInput } from "../tests/mcap/mutation/check_mcap.ts";
import { randomMcap } from "../tests/mcap/mutation/random_mcap.ts";
import { hexOf, type MutationPart, shrunk } from "./mutations.ts";

export const MCAP_PART: MutationPart<McapInput> = {
  name: "mcap",
  batch: 1000,
  counted: "valid records",
  inputsOf: (random) => () => randomMcap(random),
  check: checkMcap,
  reproduce: ({ bytes, kind, splitSeed }) =>
    shrunk(bytes, (kept) => ({ part: "mcap", kind, hex: hexOf(kept), splitSeed })),
};
