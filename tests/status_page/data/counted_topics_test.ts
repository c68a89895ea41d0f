// CountedTopics: which rates of 0 are known to be true.

import { assertEquals } from "@std/assert/equals";
import { CountedTopics } from "../../../src/status_page/data/counted_topics.ts";

type Reading = readonly [published: number, sent: number, subscribers: number];

/** Returns whether the topic counts after each reading. */
function counted(...readings: readonly Reading[]): boolean[] {
  const topics = new CountedTopics();
  return readings.map(([published, sent, subscribers]) => {
    topics.read(new Map([["/a", { published, sent, subscribers }]]));
    return topics.has("/a");
  });
}

Deno.test("CountedTopics has topics whose messages were sent to no client", () => {
  assertEquals(counted([0, 0, 0], [1, 0, 0], [1, 1, 1], [1, 1, 0]), [false, true, true, true]);
});

Deno.test("CountedTopics has topics whose count grows without subscribers", () => {
  assertEquals(counted([9, 9, 0], [9, 9, 0], [10, 9, 0], [10, 9, 0]), [false, false, true, true]);
});

Deno.test("CountedTopics lacks topics that are published only to subscribers, and survives a late message", () => {
  assertEquals(counted([0, 0, 0], [5, 5, 1], [9, 9, 0], [10, 9, 0], [10, 9, 0]), Array(5).fill(false));
});

Deno.test("CountedTopics forgets topics that are gone, and all of them with reset()", () => {
  const topics = new CountedTopics();
  const one = { published: 1, sent: 0, subscribers: 0 };
  topics.read(new Map([["/a", one], ["/b", one]]));
  topics.read(new Map([["/b", one]]));
  assertEquals([topics.has("/a"), topics.has("/b")], [false, true]);
  topics.reset();
  assertEquals(topics.has("/b"), false);
});
