// within(), once() and Queue.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { once, Queue, within } from "./events.ts";

Deno.test("within() settles like the promise", async () => {
  assertEquals(await within(Promise.resolve(3), "three"), 3);
  await assertRejects(() => within(Promise.reject(new RangeError("no")), "an error"), RangeError, "no");
});

Deno.test("within() rejects with an error that names the awaited item", async () => {
  const never = new Promise(() => {});
  await assertRejects(() => within(never, "an event", 1), Error, "Still waiting for an event after 1 ms");
});

Deno.test("once() resolves with the first event of its type", async () => {
  const target = new EventTarget();
  const event = once<CustomEvent<number>>(target, "count");
  target.dispatchEvent(new Event("other"));
  target.dispatchEvent(new CustomEvent("count", { detail: 1 }));
  target.dispatchEvent(new CustomEvent("count", { detail: 2 }));
  assertEquals((await event).detail, 1);
});

Deno.test("Queue.next() returns items in order, whether items or waits come first", async () => {
  const queue = new Queue<string | undefined>();
  queue.push("a");
  queue.push(undefined);
  assertEquals(queue.size, 2);
  assertEquals([await queue.next(), await queue.next()], ["a", undefined]);
  const waits = [queue.next(), queue.next()];
  queue.push("c");
  queue.push("d");
  assertEquals(await Promise.all(waits), ["c", "d"]);
  assertEquals(queue.size, 0);
});
