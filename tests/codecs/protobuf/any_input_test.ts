// Any payload, JSON text or descriptor is accepted, or rejected with a documented error.

import { assert } from "@std/assert/assert";
import { Random } from "../../protocol/random.ts";
import { checkInput, type ProtobufInput } from "./check_input.ts";
import { makeProtobufSeeds, randomInput } from "./random_input.ts";

const SEED = 20_261_127;
const ROUNDS = 4000;

Deno.test("protobuf() accepts any input, or rejects it with a documented error", () => {
  const random = new Random(SEED);
  const seeds = makeProtobufSeeds(random);
  const accepted = { payload: 0, json: 0, descriptor: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const input = randomInput(random, seeds);
    try {
      if (checkInput(input)) accepted[input.kind] += 1;
    } catch (cause) {
      throw new Error(describe(input), { cause });
    }
  }
  for (const count of Object.values(accepted)) assert(count > ROUNDS / 100, JSON.stringify(accepted));
});

function describe(input: ProtobufInput): string {
  return input.kind === "json" ? input.text : `${input.kind} ${input.bytes.toHex()}`;
}
