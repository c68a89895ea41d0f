// The protobuf part: decodes mutated payloads and JSON, and creates codecs from mutated descriptors.

import { checkInput, type ProtobufInput } from "../tests/codecs/protobuf/check_input.ts";
import { makeProtobufSeeds, randomInput } from "../tests/codecs/protobuf/random_input.ts";
import { hexOf, type MutationPart, shrunk } from "./mutations.ts";

export const PROTOBUF_PART: MutationPart<ProtobufInput> = {
  name: "protobuf",
  batch: 5000,
  counted: "valid",
  inputsOf(random) {
    const seeds = makeProtobufSeeds(random);
    return () => randomInput(random, seeds);
  },
  check: (input) => checkInput(input) ? 1 : 0,
  reproduce: (input) =>
    input.kind === "json"
      ? shrunk(input.text.split(""), (letters) => ({ part: "protobuf", kind: "json", text: letters.join("") }))
      : shrunk(input.bytes, (bytes) => ({ part: "protobuf", kind: input.kind, hex: hexOf(bytes) })),
};
