// SlowNotice: the notices about dropped messages, and when they are sent.

import { assertEquals } from "@std/assert/equals";
import type { ServerMessage } from "../../src/protocol/messages.ts";
import { SlowNotice } from "../../src/session/slow_notice.ts";

const LIMIT: ServerMessage = {
  op: "status",
  level: 1,
  message: "Send buffer limit reached",
  id: "foxglove-ws.send-buffer-limit",
};

function topics(message: string): ServerMessage {
  return { op: "status", level: 1, message, id: "foxglove-ws.dropped-topics" };
}

Deno.test("Q03 SlowNotice sends a notice at the first drop, with the text that apps know", () => {
  assertEquals(new SlowNotice().dropped("/cam", 0), [LIMIT]);
});

Deno.test("Q03 SlowNotice sends the topics 2.5 s after the first drop, at the next drop", () => {
  const notice = new SlowNotice();
  notice.dropped("/cam", 0);
  assertEquals([notice.dropped("/b", 1), notice.dropped("/a", 2499)], [[], []]);
  assertEquals(notice.dropped("/cam", 2500), [topics('Dropped: "/a", "/b", "/cam". This client reads too slowly')]);
});

Deno.test("Q03 SlowNotice sends the topics 2.5 s after the first drop, also without another drop", () => {
  const notice = new SlowNotice();
  notice.dropped("/cam", 0);
  assertEquals([notice.check(2499), notice.check(3400)], [[], [
    topics('Dropped: "/cam". This client reads too slowly'),
  ]]);
});

Deno.test("Q03 SlowNotice sends each notice once per episode, and does not change it", () => {
  const notice = new SlowNotice();
  notice.dropped("/cam", 0);
  notice.dropped("/cam", 2500);
  for (let now = 2600; now < 60_000; now += 1000) {
    assertEquals([notice.dropped("/cam", now), notice.dropped("/new", now), notice.check(now)], [[], [], []]);
  }
});

Deno.test("Q03 SlowNotice removes the notices once after 10 s without drops", () => {
  const notice = new SlowNotice();
  notice.dropped("/cam", 0);
  notice.dropped("/cam", 5000);
  assertEquals([notice.check(14_999), notice.isShown], [[], true]);
  assertEquals(notice.check(15_000), [
    { op: "removeStatus", statusIds: ["foxglove-ws.send-buffer-limit", "foxglove-ws.dropped-topics"] },
  ]);
  assertEquals([notice.check(30_000), notice.isShown], [[], false]);
  // The next episode starts from the beginning.
  assertEquals(notice.dropped("/new", 31_000), [LIMIT]);
  assertEquals(notice.dropped("/new", 33_500), [topics('Dropped: "/new". This client reads too slowly')]);
});

Deno.test("Q03 SlowNotice removes only notices that were sent", () => {
  const notice = new SlowNotice();
  notice.dropped("/cam", 0);
  assertEquals(notice.check(10_000), [{ op: "removeStatus", statusIds: ["foxglove-ws.send-buffer-limit"] }]);
});

Deno.test("SlowNotice lists at most ten topics, and remembers few more", () => {
  const notice = new SlowNotice();
  for (let index = 0; index < 30; index++) notice.dropped(`/t${10 + index}`, 0);
  const [message] = notice.dropped("/t10", 2500);
  const text = message?.op === "status" ? message.message : "";
  assertEquals(text.split(",").length, 10);
  assertEquals(text.endsWith('"/t19" and other topics. This client reads too slowly'), true);
});
