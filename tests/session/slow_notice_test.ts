// SlowNotice: what a client is told of dropped messages, and when.

import { assertEquals } from "@std/assert/equals";
import { SlowNotice } from "../../src/session/slow_notice.ts";

Deno.test("Q03 the first drop is told at once, with the text that apps know and the topic", () => {
  const notice = new SlowNotice();
  assertEquals(notice.dropped("/cam", 0), [
    { op: "status", level: 1, message: "Send buffer limit reached", id: "foxglove-ws.send-buffer-limit" },
    {
      op: "status",
      level: 1,
      message: 'This client reads too slowly, and misses messages of "/cam"',
      id: "foxglove-ws.dropped-topics",
    },
  ]);
});

Deno.test("Q03 further drops are told every 2.5 s at the most, all topics named", () => {
  const notice = new SlowNotice();
  notice.dropped("/cam", 0);
  assertEquals([notice.dropped("/b", 1), notice.dropped("/a", 2499)], [[], []]);
  const [, second] = notice.dropped("/cam", 2500);
  assertEquals(
    second?.op === "status" && second.message,
    'This client reads too slowly, and misses messages of "/a", "/b", "/cam"',
  );
  assertEquals(notice.dropped("/cam", 4999), []);
});

Deno.test("Q03 after 10 s without drops the notice is removed, once", () => {
  const notice = new SlowNotice();
  notice.dropped("/cam", 0);
  notice.dropped("/cam", 5000);
  assertEquals([notice.check(14_999), notice.isShown], [[], true]);
  assertEquals(notice.check(15_000), [
    { op: "removeStatus", statusIds: ["foxglove-ws.send-buffer-limit", "foxglove-ws.dropped-topics"] },
  ]);
  assertEquals([notice.check(30_000), notice.isShown], [[], false]);
  assertEquals(notice.dropped("/new", 15_001).length, 2);
});

Deno.test("SlowNotice names ten topics at the most", () => {
  const notice = new SlowNotice();
  for (let index = 0; index < 30; index++) notice.dropped(`/t${10 + index}`, 0);
  const [, second] = notice.dropped("/t10", 2500);
  const text = second?.op === "status" ? second.message : "";
  assertEquals([text.split(",").length - 1, text.endsWith('"/t19" and other topics')], [10, true]);
});
