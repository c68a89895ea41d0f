// TopicTotals: the counts of each topic, which never fall.

import { assertEquals } from "@std/assert/equals";
import { noTraffic } from "../../../src/server/delivery/traffic.ts";
import { type CountedChannel, MAX_NAMED_TOPICS, TopicTotals } from "../../../src/server/stats/topic_totals.ts";

function channel(topic: string, messagesPublished = 1): CountedChannel {
  const traffic = { ...noTraffic(), messagesSent: 2, bytesSent: 20 };
  return { topic, messagesPublished, bytesPublished: 10 * messagesPublished, traffic };
}

/** The published messages by name. */
function published(totals: TopicTotals, channels: readonly CountedChannel[]): Record<string, number> {
  return Object.fromEntries(
    [...totals.read(channels)].map(([name, { messagesPublished }]) => [name, messagesPublished]),
  );
}

Deno.test("TopicTotals adds up two channels of one topic, and the removed channels of that topic", () => {
  const totals = new TopicTotals();
  totals.add(channel("/a", 5));
  totals.add(channel("/a", 6));
  const dropped = channel("/a");
  dropped.traffic.drops.queue = 3;
  const read = totals.read([dropped, channel("/a", 100), channel("/b")]);
  assertEquals(read.get("/a"), {
    messagesPublished: 112,
    bytesPublished: 1120,
    messagesSent: 8,
    bytesSent: 80,
    drops: { queue: 3, age: 0, replaced: 0, rate: 0 },
  });
  assertEquals([...read.keys()], ["/a", "/b"]);
});

Deno.test("TopicTotals returns copies", () => {
  const totals = new TopicTotals();
  totals.add(channel("/a"));
  totals.read([channel("/a", 10)]);
  assertEquals(published(totals, []), { "/a": 1 });
});

Deno.test("TopicTotals names 200 topics, and keeps these names although others become free", () => {
  const totals = new TopicTotals();
  const channels = Array.from({ length: MAX_NAMED_TOPICS + 2 }, (_, index) => channel(`/t${index}`));
  assertEquals(published(totals, channels).other, 2);
  for (const removed of channels) totals.add(removed);
  const after = published(totals, [channel("/t0"), channel("/t201"), channel("/new")]);
  assertEquals([after["/t0"], after["/t1"], after.other, Object.keys(after).length], [2, 1, 4, MAX_NAMED_TOPICS + 1]);
});

Deno.test("TopicTotals does not name removed topics that were never used", () => {
  const totals = new TopicTotals();
  for (let index = 0; index < 1000; index++) totals.add(channel(`/unused${index}`, 0));
  assertEquals(published(totals, [channel("/used")]), { "/used": 1 });
});

Deno.test("TopicTotals counts a topic with the name of the others among them", () => {
  assertEquals(published(new TopicTotals(), [channel("other"), channel("/a")]), { other: 1, "/a": 1 });
});

Deno.test("TopicTotals adds up topics that are equal in UTF-8", () => {
  assertEquals(published(new TopicTotals(), [channel("/\ud800"), channel("/\ud801"), channel("/\ufffd")]), {
    "/\ufffd": 3,
  });
});
