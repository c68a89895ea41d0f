// Any bytes: a FrameReader agrees with the reference, however the bytes are split.

import { assertEquals } from "@std/assert/equals";
import { Random } from "../protocol/random.ts";
import { checkFrames } from "./check_frames.ts";
import { randomInput } from "./random_frames.ts";

const INPUTS = 1000;
const SEED = 6455;

Deno.test(`FrameReader reads ${INPUTS} random inputs of seed ${SEED} like the reference`, () => {
  const random = new Random(SEED);
  const counts = new Map<string, number>();
  for (let index = 0; index < INPUTS; index++) {
    for (const event of checkFrames(randomInput(random))) {
      const kind = event.type === "failed" ? `failed ${event.code}` : event.type;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
  }
  // The inputs are varied enough.
  const kinds = ["text", "binary", "ping", "pong", "close", "failed 1002", "failed 1007", "failed 1009"];
  assertEquals(kinds.filter((kind) => (counts.get(kind) ?? 0) < 20), []);
});
