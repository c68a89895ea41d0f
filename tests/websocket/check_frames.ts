// checkFrames(): asserts that a FrameReader reads any bytes correctly, however they are split.

import { assertEquals } from "@std/assert/equals";
import type { FrameReaderOptions } from "../../src/websocket/frame_reader_options.ts";
import { Random } from "../protocol/random.ts";
import { chunksOf, type FrameEvent, randomChunks, readFrames } from "./read_frames.ts";
import { referenceEvents } from "./reference_reader.ts";
import { inflateRuns } from "./run_length.ts";

/** The bytes of a client, and the settings of the reader. */
export interface FrameInput {
  bytes: Uint8Array<ArrayBuffer>;
  maxMessageBytes: number;
  /** Whether the reader has `inflateRuns()`. */
  mayCompress: boolean;
  /** The seed for the random chunks. */
  splitSeed: number;
}

/** Longer inputs are not split into single bytes, because that takes too long. */
const MAX_SINGLE_BYTES = 1500;
const RANDOM_SPLITS = 2;

/** Asserts that the events are those of the reference, for each split. Returns them. */
export function checkFrames({ bytes, maxMessageBytes, mayCompress, splitSeed }: FrameInput): FrameEvent[] {
  const options: FrameReaderOptions = { maxMessageBytes, inflate: mayCompress ? inflateRuns : undefined };
  const events = checkSplits(bytes, options, splitSeed);
  const withoutReasons = events.map((event) => event.type === "failed" ? { ...event, reason: "" } : event);
  assertEquals(withoutReasons, referenceEvents(bytes, options));
  for (const event of events) {
    if (event.type === "binary") assertEquals(event.hex.length / 2 <= maxMessageBytes, true);
    if (event.type === "text") assertEquals(new TextEncoder().encode(event.text).length <= maxMessageBytes, true);
  }
  return events;
}

/** Asserts that the events do not depend on how the bytes are split. Returns them. */
export function checkSplits(
  bytes: Uint8Array<ArrayBuffer>,
  options: FrameReaderOptions,
  splitSeed: number,
): FrameEvent[] {
  const events = readFrames(options, [bytes.slice()]);
  if (bytes.length <= MAX_SINGLE_BYTES) assertEquals(readFrames(options, chunksOf(bytes, 1)), events, "byte by byte");
  assertEquals(readFrames(options, [bytes.slice()], true), events, "with pauses");
  const random = new Random(splitSeed);
  for (let times = 0; times < RANDOM_SPLITS; times++) {
    assertEquals(readFrames(options, randomChunks(bytes, random)), events, `split ${times} of seed ${splitSeed}`);
  }
  return events;
}
