import { assertEquals } from "@std/assert/equals";
import { SetsByKey } from "../../src/client/sets_by_key.ts";

Deno.test("SetsByKey forgets a key with its last item", () => {
  const sets = new SetsByKey<string, number>();
  sets.add("a", 1);
  sets.add("a", 2);
  sets.add("a", 2);
  assertEquals([[...sets.get("a")], [...sets.get("b")], sets.has("a")], [[1, 2], [], true]);
  sets.delete("a", 1);
  sets.delete("b", 1);
  assertEquals([[...sets.get("a")], sets.isEmpty], [[2], false]);
  sets.delete("a", 2);
  assertEquals([sets.has("a"), sets.isEmpty], [false, true]);
});

Deno.test("SetsByKey.take() and takeAll() remove what they return", () => {
  const sets = new SetsByKey<string, number>();
  for (const [key, item] of [["a", 1], ["b", 2], ["b", 3]] as const) sets.add(key, item);
  assertEquals([[...sets.take("a")], [...sets.take("a")], sets.has("a")], [[1], [], false]);
  assertEquals([sets.takeAll(), sets.isEmpty, sets.takeAll()], [[2, 3], true, []]);
});
