// The part mcap-file: reads and recovers mutated MCAP files.

import { checkFile, type FileInput } from "../tests/mcap/mutation/check_file.ts";
import { randomFile } from "../tests/mcap/mutation/random_file.ts";
import { hexOf, type MutationPart, shrunk } from "./mutations.ts";

export const MCAP_FILE_PART: MutationPart<FileInput> = {
  name: "mcap-file",
  batch: 200,
  counted: "messages",
  inputsOf: (random) => () => randomFile(random),
  check: checkFile,
  reproduce: ({ bytes, splitSeed }) => shrunk(bytes, (kept) => ({ part: "mcap-file", hex: hexOf(kept), splitSeed })),
};
