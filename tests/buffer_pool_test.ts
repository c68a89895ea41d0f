// BufferPool: the sizes of its buffers, and which ones are used again.

import { assertEquals } from "@std/assert/equals";
import { BufferPool } from "../src/buffer_pool.ts";

const KIB = 1024;

Deno.test("BufferPool.take() returns buffers that are at most a quarter larger than needed", () => {
  const pool = new BufferPool(0);
  const sizes = [0, 1, 1024, 1025, 1280, 1281, 1536, 100_000, KIB * KIB, KIB * KIB + 13];
  assertEquals(sizes.map((bytes) => pool.take(bytes).length), [
    ...[1024, 1024, 1024, 1280, 1280, 1536, 1536],
    ...[112 * KIB, KIB * KIB, 1280 * KIB],
  ]);
});

Deno.test("BufferPool.take() returns a recycled buffer of the same class", () => {
  const pool = new BufferPool(KIB * KIB);
  const buffer = pool.take(100_000);
  pool.recycle(buffer);
  assertEquals([pool.take(90_000) === buffer, pool.take(112 * KIB) === buffer], [false, true]);
  assertEquals(pool.take(112 * KIB) === buffer, false);
});

Deno.test("BufferPool keeps unused buffers only up to its limit, and none of another size", () => {
  const pool = new BufferPool(3 * KIB);
  const buffers = [KIB, KIB, KIB, KIB].map((bytes) => pool.take(bytes));
  for (const buffer of buffers) pool.recycle(buffer);
  const again = buffers.map(() => pool.take(KIB));
  assertEquals(again.filter((buffer) => buffers.includes(buffer)).length, 3);
  const odd = new Uint8Array(1500);
  pool.recycle(odd);
  assertEquals(pool.take(1500) === odd, false);
});
