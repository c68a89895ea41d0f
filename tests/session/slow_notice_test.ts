// SlowNotice: what a client is told of dropped messages, and when.

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

Deno.test("Q03 the first drop is told at once, with the text that apps know", () => {
  assertEquals(new SlowNotice().dropped("/cam", 0), [LIMIT]);
});

Deno.test("Q03 the topics are told 2.5 s after the first drop, at the next drop", () => {
  const notice = new SlowNotice();
  notice.dropped("/cam", 0);
  assertEquals([notice.dropped("/b", 1), notice.dropped("/a", 2499)], [[], []]);
  assertEquals(notice.dropped("/cam", 2500), [topics('Dropped: "/a", "/b", "/cam". This client reads too slowly')]);
});

Deno.test("Q03 the topics are told 2.5 s after the first drop, without another drop", () => {
  const notice = new SlowNotice();
  notice.dropped("/cam", 0);
  assertEquals([notice.check(2499), notice.check(3400)], [[], [
    topics('Dropped: "/cam". This client reads too slowly'),
  ]]);
});

Deno.test("Q03 each notice is sent once in an episode, and not changed", () => {
  const notice = new SlowNotice();
  notice.dropped("/cam", 0);
  notice.dropped("/cam", 2500);
  for (let now = 2600; now < 60_000; now += 1000) {
    assertEquals([notice.dropped("/cam", now), notice.dropped("/new", now), notice.check(now)], [[], [], []]);
  }
});

Deno.test("Q03 after 10 s without drops the notices are removed, once", () => {
  const notice = new SlowNotice();
  notice.dropped("/cam", 0);
  notice.dropped("/cam", 5000);
  assertEquals([notice.check(14_999), notice.isShown], [[], true]);
  assertEquals(notice.check(15_000), [
    { op: "removeStatus", statusIds: ["foxglove-ws.send-buffer-limit", "foxglove-ws.dropped-topics"] },
  ]);
  assertEquals([notice.check(30_000), notice.isShown], [[], false]);
  // The next episode begins anew.
  assertEquals(notice.dropped("/new", 31_000), [LIMIT]);
  assertEquals(notice.dropped("/new", 33_500), [topics('Dropped: "/new". This client reads too slowly')]);
});

Deno.test("Q03 only what was shown is removed", () => {
  const notice = new SlowNotice();
  notice.dropped("/cam", 0);
  assertEquals(notice.check(10_000), [{ op: "removeStatus", statusIds: ["foxglove-ws.send-buffer-limit"] }]);
});

Deno.test("SlowNotice names ten topics at the most, and remembers few more", () => {
  const notice = new SlowNotice();
  for (let index = 0; index < 30; index++) notice.dropped(`/t${10 + index}`, 0);
  const [message] = notice.dropped("/t10", 2500);
  const text = message?.op === "status" ? message.message : "";
  assertEquals(text.split(",").length, 10);
  assertEquals(text.endsWith('"/t19" and other topics. This client reads too slowly'), true);
});
