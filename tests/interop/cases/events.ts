// The cases of the matrix about what a server tells of its own accord: the graph, time, statuses, sessions.

import { assertEquals } from "@std/assert/equals";
import type { ConnectionGraph } from "../../../src/protocol/connection_graph.ts";
import { StatusLevel } from "../../../src/protocol/status.ts";
import { bytes } from "../../support/conversation.ts";
import { encodeBase64 } from "../../../src/protocol/schema.ts";
import { acquainted, type Case } from "../meeting.ts";
import { SCENE } from "../scene.ts";

const GRAPH: ConnectionGraph = {
  publishedTopics: [{ name: "/camera", publisherIds: ["camera"] }, { name: "/odom", publisherIds: ["base", "sim"] }],
  subscribedTopics: [{ name: "/odom", subscriberIds: ["planner"] }],
  advertisedServices: [{ name: "/reset", providerIds: ["base"] }],
};
const CHANGED_GRAPH: ConnectionGraph = {
  publishedTopics: [{ name: "/lidar", publisherIds: ["lidar"] }, { name: "/odom", publisherIds: ["base"] }],
  subscribedTopics: [{ name: "/odom", subscriberIds: ["planner", "recorder"] }],
  advertisedServices: [],
};
/** Nobody publishes `/odom` any more, but it is subscribed to still. */
const WITHOUT_PUBLISHER: ConnectionGraph = {
  ...GRAPH,
  publishedTopics: [{ name: "/camera", publisherIds: ["camera"] }],
};

export const GRAPHS: Case = {
  name: "connection graph",
  about: "the whole graph, and then additions, changes and removals",
  needs: "connectionGraph",
  async run({ server, client }) {
    await server.do({ do: "graph", graph: GRAPH });
    const feed = client.graph();
    assertEquals(sorted(await feed.next()), GRAPH);
    await server.do({ do: "graph", graph: CHANGED_GRAPH });
    assertEquals(sorted(await feed.next()), CHANGED_GRAPH);
    feed.close();
  },
};

export const LAST_PUBLISHER: Case = {
  name: "connection graph: last publisher",
  about: "a topic loses its last publisher while a client is subscribed to it",
  needs: "connectionGraph",
  async run({ server, client }) {
    await server.do({ do: "graph", graph: GRAPH });
    const feed = client.graph();
    assertEquals(sorted(await feed.next()), GRAPH);
    await server.do({ do: "graph", graph: WITHOUT_PUBLISHER });
    assertEquals(sorted(await feed.next()), WITHOUT_PUBLISHER);
    feed.close();
  },
};

export const TIME: Case = {
  name: "time",
  about: "the server's clock, to the nanosecond",
  needs: "time",
  async run(meeting) {
    const { server, client } = meeting;
    await acquainted(meeting);
    for (const timestamp of [1_700_000_000_123_456_789n, 1_700_000_000_123_456_790n]) {
      await server.do({ do: "time", timestamp: String(timestamp) });
      assertEquals(await client.time(), timestamp);
    }
  },
};

export const STATUS: Case = {
  name: "status",
  about: "statuses for the user, which are replaced and removed",
  async run(meeting) {
    const { server, client } = meeting;
    await acquainted(meeting);
    for (const level of [StatusLevel.INFO, StatusLevel.WARNING, StatusLevel.ERROR]) {
      const status = { level, message: `Battery: ${level}`, id: "battery" };
      await server.do({ do: "status", ...status });
      assertEquals(await client.status(), status);
    }
    await server.do({ do: "removeStatus", id: "battery" });
    assertEquals(await client.removedStatuses(), ["battery"]);
  },
};

export const SESSION_RESET: Case = {
  name: "session reset",
  about: "a new session on the same connection; subscriptions continue",
  async run({ server, client }) {
    const feed = await client.subscribe("/odom");
    await server.saw("subscribe");
    await server.do({ do: "resetSession", sessionId: "another session" });
    const { name, sessionId } = await client.introduction();
    assertEquals([name, sessionId], [SCENE.name, "another session"]);
    const payload = bytes('{"x":2}');
    await server.do({ do: "send", topic: "/odom", timestamp: "5", payload: encodeBase64(payload) });
    assertEquals(await feed.next(), { timestamp: 5n, payload });
    feed.close();
  },
};

/** By name, and the ids within: their order means nothing. */
function sorted({ publishedTopics, subscribedTopics, advertisedServices }: ConnectionGraph): ConnectionGraph {
  return {
    publishedTopics: publishedTopics.toSorted(byName).map((topic) => ({
      ...topic,
      publisherIds: topic.publisherIds.toSorted(),
    })),
    subscribedTopics: subscribedTopics.toSorted(byName).map((topic) => ({
      ...topic,
      subscriberIds: topic.subscriberIds.toSorted(),
    })),
    advertisedServices: advertisedServices.toSorted(byName).map((service) => ({
      ...service,
      providerIds: service.providerIds.toSorted(),
    })),
  };
}

function byName(one: { name: string }, other: { name: string }): number {
  return one.name < other.name ? -1 : 1;
}
