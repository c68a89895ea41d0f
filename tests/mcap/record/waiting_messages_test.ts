// WaitingMessages: bounds.

import { assertEquals } from "@std/assert/equals";
import { WaitingMessages } from "../../../src/mcap/record/waiting_messages.ts";

/** Returns how many messages of a size may wait in 10,000 bytes; at most 1000. */
function room(bytes: number): number {
  const waiting = new WaitingMessages(10_000);
  while (waiting.hasRoom(bytes) && waiting.length < 1000) waiting.add({ logTime: 0n, data: new Uint8Array(bytes) });
  assertEquals(waiting.bytes, waiting.length * bytes);
  return waiting.length;
}

Deno.test("WaitingMessages bounds the memory of large messages, and of many without data", () => {
  assertEquals([room(20_000), room(4000), room(0)], [1, 2, 39]);
});
