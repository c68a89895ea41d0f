// WatchAlls: the names that a subscription to all parameters still covers when they become known.

import { assertEquals } from "@std/assert/equals";
import { WatchAlls } from "../../src/session/watch_alls.ts";

Deno.test("WatchAlls.notExcepted() leaves out names that the client unsubscribed from later, unless it subscribed again", () => {
  const watches = new WatchAlls();
  const watch = watches.begin();
  watches.unsubscribed(["a", "b"]);
  assertEquals(watches.notExcepted(watch, ["a", "b", "c"]), ["c"]);
  watches.subscribed(["b", "c"]);
  assertEquals(watches.notExcepted(watch, ["a", "b", "c"]), ["b", "c"]);
  const later = watches.begin();
  assertEquals(watches.notExcepted(later, ["a", "b", "c"]), ["a", "b", "c"]);
  assertEquals(watches.notExcepted(watch, ["a", "b", "c"]), ["b", "c"]);
});

Deno.test("WatchAlls.notExcepted() returns nothing after an unsubscribe from all, except for later subscriptions", () => {
  const watches = new WatchAlls();
  const watch = watches.begin();
  watches.unsubscribed([]);
  watches.subscribed(["a"]);
  const later = watches.begin();
  assertEquals([watches.notExcepted(watch, ["a"]), watches.notExcepted(later, ["a"])], [[], ["a"]]);
});

Deno.test("WatchAlls remembers names only while a subscription is pending, and each name once for all of them", () => {
  const watches = new WatchAlls();
  watches.unsubscribed(["a"]);
  assertEquals(watches.countWith(["a"]), 0);
  const waiting = Array.from({ length: 1000 }, () => watches.begin());
  watches.unsubscribed(["a"]);
  watches.unsubscribed(["a", "b"]);
  assertEquals(watches.countWith(["c"]), 3);
  for (const watch of waiting.slice(1)) watches.end(watch);
  assertEquals([watches.countWith([]), watches.notExcepted(waiting[0]!, ["a", "c"])], [2, ["c"]]);
  watches.end(waiting[0]!);
  watches.begin();
  assertEquals(watches.countWith([]), 0);
});
