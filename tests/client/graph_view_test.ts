import { assertEquals } from "@std/assert/equals";
import { GraphView } from "../../src/client/graph_view.ts";

const NOTHING = {
  op: "connectionGraphUpdate",
  publishedTopics: [],
  subscribedTopics: [],
  advertisedServices: [],
  removedTopics: [],
  removedServices: [],
} as const;

Deno.test("GraphView.apply() replaces what is listed, and takes out what is removed or empty", () => {
  const view = new GraphView();
  view.apply({
    ...NOTHING,
    publishedTopics: [{ name: "/a", publisherIds: ["p1"] }, { name: "/b", publisherIds: ["p2"] }],
    subscribedTopics: [{ name: "/a", subscriberIds: ["s1"] }],
    advertisedServices: [{ name: "/reset", providerIds: ["n"] }, { name: "/stop", providerIds: ["n"] }],
  });
  view.apply({
    ...NOTHING,
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
