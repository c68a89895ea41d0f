// The websocket part: reads mutated frames of clients, split at random, and compares the events with a reference.

import { checkFrames, type FrameInput } from "../tests/websocket/check_frames.ts";
import { randomInput } from "../tests/websocket/random_frames.ts";
import { hexOf, type MutationPart, shrunk } from "./mutations.ts";

export const WEBSOCKET_PART: MutationPart<FrameInput> = {
  name: "websocket",
  batch: 200,
  counted: "events",
  inputsOf: (random) => () => randomInput(random),
  check: (input) => checkFrames(input).length,
  reproduce: ({ bytes, ...settings }) =>
    shrunk(bytes, (kept) => ({ part: "websocket", hex: hexOf(kept), ...settings })),
};
