import { assertEquals } from "@std/assert/equals";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { GraphView } from "../../src/client/graph_view.ts";
import { NO_GRAPH_CHANGES } from "../support/no_graph_changes.ts";

Deno.test("GraphView.apply() replaces listed entries, and deletes removed or empty entries", () => {
  const view = new GraphView();
  view.apply({
    ...NO_GRAPH_CHANGES,
    publishedTopics: [{ name: "/a", publisherIds: ["p1"] }, { name: "/b", publisherIds: ["p2"] }],
    subscribedTopics: [{ name: "/a", subscriberIds: ["s1"] }],
    advertisedServices: [{ name: "/reset", providerIds: ["n"] }, { name: "/stop", providerIds: ["n"] }],
  });
  view.apply({
    ...NO_GRAPH_CHANGES,
    publishedTopics: [{ name: "/a", publisherIds: [] }, { name: "/__proto__", publisherIds: ["p3"] }],
    removedTopics: ["/b"],
    removedServices: ["/stop", "/never"],
  });
  assertEquals(view.graph(), {
    publishedTopics: [{ name: "/__proto__", publisherIds: ["p3"] }],
    subscribedTopics: [{ name: "/a", subscriberIds: ["s1"] }],
    advertisedServices: [{ name: "/reset", providerIds: ["n"] }],
  });
});

Deno.test("GraphView.graph() returns a new object after an update, which shares unchanged lists", () => {
  const view = new GraphView();
  const names = ["/a", "/b", "/c", "/d"];
  view.apply({
    ...NO_GRAPH_CHANGES,
    publishedTopics: names.map((name) => ({ name, publisherIds: ["p"] })),
    advertisedServices: [{ name: "/reset", providerIds: ["n"] }],
  });
  const before = view.graph();
  assertStrictEquals(view.graph(), before);
  view.apply({
    ...NO_GRAPH_CHANGES,
    publishedTopics: [{ name: "/d", publisherIds: ["q"] }],
    removedTopics: ["/b", "/none"],
  });
  const after = view.graph();
  assertStrictEquals(after.advertisedServices, before.advertisedServices);
  assertEquals(before.publishedTopics.map(({ name }) => name), names);
  const published = after.publishedTopics.map(({ name, publisherIds: [id] }) => [name, id]);
  assertEquals([published, view.size], [[["/a", "p"], ["/c", "p"], ["/d", "q"]], 4]);
});

Deno.test("GraphView.apply() leaves out names beyond the limits, and deletes an entry that grows beyond them", () => {
  let full = 0;
  const view = new GraphView({ maxKept: 2, maxKeptBytes: 1000 }, () => full += 1);
  const apply = (name: string, id = "p") =>
    view.apply({ ...NO_GRAPH_CHANGES, publishedTopics: [{ name, publisherIds: [id] }] });
  for (const name of ["/a", "/b", "/c"]) apply(name);
  apply("/a", "x".repeat(2000));
  assertEquals([view.graph().publishedTopics.map(({ name }) => name), full], [["/b"], 2]);
  apply("/c");
  assertEquals(view.graph().publishedTopics.map(({ name }) => name), ["/b", "/c"]);
});
