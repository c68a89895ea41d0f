// Wishes: what the clients of all edges use together.

import { assertEquals } from "@std/assert/equals";
import type { ClientChannelId } from "../../src/protocol/ids.ts";
import { AllWishes, decodeWishes, encodeWishes, type Wishes, WISHES_END_MS } from "../../src/nats/wishes.ts";

const NONE: Wishes = {
  edge: "one",
  run: "run",
  channels: new Set(),
  parameters: new Set(),
  graph: false,
  publications: [],
  sentMs: 5,
  period: 1,
};
const PUBLICATION = {
  id: 1 as ClientChannelId,
  topic: "/cmd",
  encoding: "protobuf",
  schemaName: "Cmd",
  schema: new Uint8Array([1, 2, 255]),
  schemaEncoding: "protobuf",
};

Deno.test("wishes are restored from JSON, and wrong ones are ignored", () => {
  const wishes: Wishes = {
    ...NONE,
    channels: new Set([1, 2]),
    parameters: new Set(["/a b"]),
    graph: true,
    publications: [PUBLICATION],
  };
  const encoder = new TextEncoder();
  const json = encodeWishes(wishes);
  assertEquals(decodeWishes(encoder.encode(json)), wishes);
  for (
    const [key, wrong] of [
      ["edge", "a.b"],
      ["edge", undefined],
      ["run", 1],
      ["channels", [1.5]],
      ["channels", {}],
      ["parameters", [1]],
      ["graph", 1],
      ["advertise", "{}"],
      ["advertise", "x"],
      ["sentMs", -1],
      ["sentMs", undefined],
      ["period", 0.5],
    ] as const
  ) {
    const text = JSON.stringify({ ...JSON.parse(json), [key]: wrong });
    assertEquals(decodeWishes(encoder.encode(text)), undefined, text);
  }
  // JSON reads it as infinite.
  assertEquals(decodeWishes(encoder.encode(json.replace('"sentMs":5', '"sentMs":1e999'))), undefined);
});

Deno.test("AllWishes joins the wishes of edges, until they are silent", () => {
  const all = new AllWishes();
  all.set({ ...NONE, channels: new Set([1, 2]), publications: [PUBLICATION] }, 0);
  all.set({ ...NONE, edge: "two", channels: new Set([2, 3]), parameters: new Set(["/p"]), graph: true }, 1000);
  assertEquals([[...all.channels()], [...all.parameters()], all.hasGraph, all.size], [[1, 2, 3], ["/p"], true, 2]);
  assertEquals([...all.publications().keys()], ["one.1"]);
  assertEquals(all.expire(WISHES_END_MS - 1), false);
  assertEquals(all.expire(WISHES_END_MS), true);
  assertEquals([[...all.channels()], all.size, [...all.publications()]], [[2, 3], 1, []]);
  all.set({ ...NONE, edge: "two" }, 1000);
  assertEquals([[...all.channels()], all.hasGraph], [[], false]);
});
