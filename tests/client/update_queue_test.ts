import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertThrows } from "@std/assert/throws";
import { UpdateQueue } from "../../src/client/update_queue.ts";

Deno.test("Stream hands items over in order, those that wait first", async () => {
  const stream = new UpdateQueue<number>({ maxQueued: 10 });
  stream.push(1);
  stream.push(2);
  assertEquals(stream.queued, 2);
  assertEquals([await stream.next(), await stream.next()], [{ done: false, value: 1 }, { done: false, value: 2 }]);
  const later = [stream.next(), stream.next()];
  stream.push(3);
  stream.push(4);
  assertEquals(await Promise.all(later), [{ done: false, value: 3 }, { done: false, value: 4 }]);
});

Deno.test("Stream drops the oldest beyond its bound of items, and counts", async () => {
  const stream = new UpdateQueue<number>({ maxQueued: 2 });
  for (let item = 1; item <= 5; item++) stream.push(item);
  stream.end();
  assertEquals(stream.dropped, 3);
  assertEquals(await Array.fromAsync(stream), [4, 5]);
});

Deno.test("Stream drops the oldest beyond its bound of bytes, but never the only one", async () => {
  const stream = new UpdateQueue<number>({ maxQueued: 100, maxQueuedBytes: 10, sizeOf: (item) => item });
  stream.push(50);
  assertEquals([stream.queued, stream.dropped], [1, 0]);
  stream.push(6);
  stream.push(4);
  stream.push(1);
  stream.end();
  assertEquals([await Array.fromAsync(stream), stream.dropped], [[4, 1], 2]);
});

Deno.test("Stream.end() lets what waits be read, and ends the wait for more", async () => {
  let ends = 0;
  const stream = new UpdateQueue<number>({ maxQueued: 5, onEnd: () => ends++ });
  stream.push(1);
  stream.end();
  stream.end();
  stream.push(2);
  assertEquals(await Array.fromAsync(stream), [1]);
  assertEquals([ends, stream.isEnded], [1, true]);
  const waiting = new UpdateQueue<number>({ maxQueued: 5 });
  const next = waiting.next();
  waiting.end();
  assertEquals(await next, { done: true, value: undefined });
});

Deno.test("Stream.end() tells its error once, after what waits", async () => {
  const stream = new UpdateQueue<number>({ maxQueued: 5 });
  stream.push(1);
  stream.end(new Error("lost"));
  assertEquals(await stream.next(), { done: false, value: 1 });
  await assertRejects(() => stream.next(), Error, "lost");
  assertEquals(await stream.next(), { done: true, value: undefined });
});

Deno.test("Stream ends when its loop is left, and lets go of what waits", async () => {
  let ends = 0;
  const stream = new UpdateQueue<number>({ maxQueued: 5, onEnd: () => ends++ });
  for (let item = 1; item <= 3; item++) stream.push(item);
  for await (const item of stream) {
    assertEquals(item, 1);
    break;
  }
  assertEquals([stream.queued, ends, await stream.next()], [0, 1, { done: true, value: undefined }]);
});

Deno.test("Stream ends by its signal, whose reason the loop is given", async () => {
  const control = new AbortController();
  const stream = new UpdateQueue<number>({ maxQueued: 5, signal: control.signal });
  const next = stream.next();
  control.abort(new Error("enough"));
  await assertRejects(() => next, Error, "enough");
  assertEquals(stream.isEnded, true);
  assertThrows(() => new UpdateQueue<number>({ maxQueued: 5, signal: control.signal }), Error, "enough");
});

Deno.test("Stream closes when it goes out of scope", async () => {
  const stream = new UpdateQueue<number>({ maxQueued: 5 });
  {
    await using scoped = stream;
    scoped.push(1);
  }
  assertEquals([stream.isEnded, stream.queued], [true, 0]);
});
