import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertThrows } from "@std/assert/throws";
import { UpdateQueue } from "../../src/client/update_queue.ts";

Deno.test("UpdateQueue delivers items in order, queued items first", async () => {
  const queue = new UpdateQueue<number>({ maxQueued: 10 });
  queue.push(1);
  queue.push(2);
  assertEquals(queue.queued, 2);
  assertEquals([await queue.next(), await queue.next()], [{ done: false, value: 1 }, { done: false, value: 2 }]);
  const later = [queue.next(), queue.next()];
  queue.push(3);
  queue.push(4);
  assertEquals(await Promise.all(later), [{ done: false, value: 3 }, { done: false, value: 4 }]);
});

Deno.test("UpdateQueue drops the oldest items beyond maxQueued, and counts them", async () => {
  const queue = new UpdateQueue<number>({ maxQueued: 2 });
  for (let item = 1; item <= 5; item++) queue.push(item);
  queue.end();
  assertEquals(queue.dropped, 3);
  assertEquals(await Array.fromAsync(queue), [4, 5]);
});

Deno.test("UpdateQueue drops the oldest items beyond maxQueuedBytes, but never the only one", async () => {
  const queue = new UpdateQueue<number>({ maxQueued: 100, maxQueuedBytes: 10, sizeOf: (item) => item });
  queue.push(50);
  assertEquals([queue.queued, queue.dropped], [1, 0]);
  queue.push(6);
  queue.push(4);
  queue.push(1);
  queue.end();
  assertEquals([await Array.fromAsync(queue), queue.dropped], [[4, 1], 2]);
});

Deno.test("UpdateQueue.end() keeps queued items readable, and ends pending reads", async () => {
  let ends = 0;
  const queue = new UpdateQueue<number>({ maxQueued: 5, onEnd: () => ends++ });
  queue.push(1);
  queue.end();
  queue.end();
  queue.push(2);
  assertEquals(await Array.fromAsync(queue), [1]);
  assertEquals([ends, queue.isEnded], [1, true]);
  const waiting = new UpdateQueue<number>({ maxQueued: 5 });
  const next = waiting.next();
  waiting.end();
  assertEquals(await next, { done: true, value: undefined });
});

Deno.test("UpdateQueue.end() rejects one read with its error, after the queued items", async () => {
  const queue = new UpdateQueue<number>({ maxQueued: 5 });
  queue.push(1);
  queue.end(new Error("lost"));
  assertEquals(await queue.next(), { done: false, value: 1 });
  await assertRejects(() => queue.next(), Error, "lost");
  assertEquals(await queue.next(), { done: true, value: undefined });
});

Deno.test("UpdateQueue ends and drops its items when the loop is left", async () => {
  let ends = 0;
  const queue = new UpdateQueue<number>({ maxQueued: 5, onEnd: () => ends++ });
  for (let item = 1; item <= 3; item++) queue.push(item);
  for await (const item of queue) {
    assertEquals(item, 1);
    break;
  }
  assertEquals([queue.queued, ends, await queue.next()], [0, 1, { done: true, value: undefined }]);
});

Deno.test("UpdateQueue ends when its signal aborts, and the loop rejects with the signal's reason", async () => {
  const control = new AbortController();
  const queue = new UpdateQueue<number>({ maxQueued: 5, signal: control.signal });
  const next = queue.next();
  control.abort(new Error("enough"));
  await assertRejects(() => next, Error, "enough");
  assertEquals(queue.isEnded, true);
  assertThrows(() => new UpdateQueue<number>({ maxQueued: 5, signal: control.signal }), Error, "enough");
});

Deno.test("UpdateQueue closes when it goes out of scope", async () => {
  const queue = new UpdateQueue<number>({ maxQueued: 5 });
  {
    await using scoped = queue;
    scoped.push(1);
  }
  assertEquals([queue.isEnded, queue.queued], [true, 0]);
});
