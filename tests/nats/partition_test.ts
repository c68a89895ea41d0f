// A partition of 30 seconds between a robot and NATS: connections stay open, but nothing passes.

import { assertEquals } from "@std/assert/equals";
import { natsTest } from "../support/nats_server.ts";
import { measurePartition } from "./partition.ts";

const MIB = 1024 * 1024;

natsTest("a partition of 30 s costs the robot no memory, and shows nothing outdated as new", async (program) => {
  const { growthBytes, sent, dropped, resumedAt, received, receivedBefore } = await measurePartition(program);
  const sentAt = received.map((message) => message.sentAt);
  const facts = {
    growth: growthBytes <= 10 * MIB,
    // Those of the first seconds. Then the robot also stops to hear that anybody uses the channel.
    isDropped: dropped > 100,
    // Far above the limit, because the age counts from later on if the robot pauses before it sends a message to NATS.
    outdated: sentAt.slice(receivedBefore).filter((each) => each < resumedAt - 10_000),
    isRising: sentAt.every((each, index) => index === 0 || each >= sentAt[index - 1]!),
  };
  const seen = `RSS +${growthBytes / MIB} MiB, ${dropped} of ${sent} dropped`;
  assertEquals(facts, { growth: true, isDropped: true, outdated: [], isRising: true }, seen);
});
