import { assertEquals } from "@std/assert/equals";
import { WrappingIds } from "../../src/client/wrapping_ids.ts";

Deno.test("WrappingIds.next() counts from 1, wraps after the largest uint32, and skips ids in use", () => {
  const inUse = new Set<number>([1, 2]);
  const ids = new WrappingIds((id) => inUse.has(id), 0xffff_fffe);
  assertEquals([ids.next(), ids.next(), ids.next()] as number[], [0xffff_ffff, 3, 4]);
  assertEquals(new WrappingIds(() => false).next() as number, 1);
});
