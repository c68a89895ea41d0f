import { assertEquals } from "@std/assert/equals";
import { Advertised } from "../../src/client/advertised.ts";

interface Item {
  id: number;
  name: string;
  text?: string;
}

function newList(maxKept = Infinity) {
  return new Advertised<number, Item>({
    nameOf: ({ name }) => name,
    limits: { maxKept, maxKeptBytes: Infinity },
    onFull: () => {},
  });
}

Deno.test("Advertised.add() returns new and replaced items, and indexes them by name", () => {
  const list = newList();
  const [a, b] = [{ id: 1, name: "/a" }, { id: 2, name: "/b" }];
  assertEquals(list.add([a, b]), { removed: [], added: [a, b] });
  assertEquals(list.add([{ ...a }, { ...b }]), { removed: [], added: [] });
  const moved = { id: 1, name: "/b" };
  assertEquals(list.add([moved]), { removed: [a], added: [moved] });
  assertEquals([[...list.allNamed("/a")], [...list.allNamed("/b")], list.firstNamed("/b")], [[], [b, moved], b]);
  assertEquals(list.remove([2, 2, 9]), [b]);
  assertEquals([[...list.allNamed("/b")], [...list.byId.keys()]], [[moved], [1]]);
  assertEquals([list.clear(), [...list.allNamed("/b")], list.byId.size], [[moved], [], 0]);
});

Deno.test("Advertised.add() keeps the last of several items with the same id", () => {
  const list = newList();
  const before = { id: 1, name: "/before" };
  list.add([before]);
  const [one, two] = [{ id: 1, name: "/one" }, { id: 1, name: "/two" }];
  assertEquals(list.add([one, two]), { removed: [before], added: [two] });
  assertEquals([[...list.allNamed("/one")], list.byId.get(1)], [[], two]);
});

Deno.test("Advertised.add() leaves out items that exceed the limits", () => {
  const list = newList(1);
  const [a, b] = [{ id: 1, name: "/a" }, { id: 2, name: "/b" }];
  assertEquals(list.add([a, b]), { removed: [], added: [a] });
  assertEquals([[...list.allNamed("/b")], list.remove([2])], [[], []]);
});
