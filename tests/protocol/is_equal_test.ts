import { assertEquals } from "@std/assert/equals";
import { isEqual } from "../../src/protocol/is_equal.ts";

Deno.test("isEqual() compares text, numbers, bytes and objects", () => {
  const service = () => ({ id: 1, name: "/a", request: { schema: Uint8Array.of(1, 2) } });
  for (
    const [one, other, equal] of [
      ["a", "a", true],
      ["a", "b", false],
      [undefined, undefined, true],
      [1, "1", false],
      [Uint8Array.of(1), Uint8Array.of(1), true],
      [Uint8Array.of(1), Uint8Array.of(2), false],
      [Uint8Array.of(), "", false],
      [service(), service(), true],
      [service(), { ...service(), request: { schema: Uint8Array.of(1, 3) } }, false],
      [service(), { ...service(), type: "T" }, false],
      [{ a: "1" }, { b: "1" }, false],
      [{ toString: "1" }, { a: "1" }, false],
      [{}, "", false],
    ]
  ) {
    assertEquals([one, other, isEqual(one, other), isEqual(other, one)], [one, other, equal, equal]);
  }
});
