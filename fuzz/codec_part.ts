// The codec part: decodes mutated messages as each side, and encodes the results.

import { checkCodec, type Input } from "../tests/protocol/mutation/check_codec.ts";
import { mutateFrame } from "../tests/protocol/mutation/mutate_frame.ts";
import { mutateText } from "../tests/protocol/mutation/mutate_text.ts";
import { makeSeeds } from "../tests/protocol/mutation/seeds.ts";
import { hexOf, type MutationPart, shrunk } from "./mutations.ts";

/** The number of random messages of each op in a set of seeds. */
const ROUNDS = 2;

/** Decodes each input three times: as each side, and as a client with `onError`. */
export const CODEC_PART: MutationPart<Input> = {
  name: "codec",
  batch: 10_000,
  counted: "messages",
  inputsOf(random) {
    const { frames, texts } = makeSeeds(random, ROUNDS);
    return () => random.once(2) ? mutateFrame(random, frames) : mutateText(random, texts);
  },
  check: checkCodec,
  reproduce: (input) =>
    typeof input === "string"
      ? shrunk(input.split(""), (letters) => ({ part: "codec", text: letters.join("") }))
      : shrunk(input, (bytes) => ({ part: "codec", hex: hexOf(bytes) })),
};
