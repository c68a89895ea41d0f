// The scenarios of the matrix about messages that a server sends without a request: graph, time, status, session.

import { assertEquals } from "@std/assert/equals";
import type { ConnectionGraph } from "../../../src/protocol/connection_graph.ts";
import { StatusLevel } from "../../../src/protocol/status.ts";
import { bytes } from "../../support/conversation.ts";
import { encodeBase64 } from "../../../src/protocol/base64.ts";
import { type Scenario, waitUntilConnected } from "../scenario.ts";
import { FIXTURE } from "../fixture.ts";

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
/** `/odom` has subscribers but no publisher. */
const WITHOUT_PUBLISHER: ConnectionGraph = {
  ...GRAPH,
  publishedTopics: [{ name: "/camera", publisherIds: ["camera"] }],
};

export const GRAPHS: Scenario = {
  name: "connection graph",
  description: "the whole graph, and then additions, changes and removals",
  needs: "connectionGraph",
  async run({ server, client }) {
    await server.execute({ type: "updateConnectionGraph", graph: GRAPH });
    const subscription = client.subscribeConnectionGraph();
    assertEquals(sorted(await subscription.next()), GRAPH);
    await server.execute({ type: "updateConnectionGraph", graph: CHANGED_GRAPH });
    assertEquals(sorted(await subscription.next()), CHANGED_GRAPH);
    subscription.close();
  },
};

export const LAST_PUBLISHER: Scenario = {
  name: "connection graph: last publisher",
  description: "a topic loses its last publisher while a client is subscribed to it",
  needs: "connectionGraph",
  async run({ server, client }) {
    await server.execute({ type: "updateConnectionGraph", graph: GRAPH });
    const subscription = client.subscribeConnectionGraph();
    assertEquals(sorted(await subscription.next()), GRAPH);
    await server.execute({ type: "updateConnectionGraph", graph: WITHOUT_PUBLISHER });
    assertEquals(sorted(await subscription.next()), WITHOUT_PUBLISHER);
    subscription.close();
  },
};

export const TIME: Scenario = {
  name: "time",
  description: "the server's clock, to the nanosecond",
  needs: "time",
  async run(context) {
    const { server, client } = context;
    await waitUntilConnected(context);
    for (const timestamp of [1_700_000_000_123_456_789n, 1_700_000_000_123_456_790n]) {
      await server.execute({ type: "broadcastTime", timestamp: String(timestamp) });
      assertEquals(await client.nextTime(), timestamp);
    }
  },
};

export const STATUS: Scenario = {
  name: "status",
  description: "statuses for the user, which are replaced and removed",
  async run(context) {
    const { server, client } = context;
    await waitUntilConnected(context);
    for (const level of [StatusLevel.INFO, StatusLevel.WARNING, StatusLevel.ERROR]) {
      const status = { level, message: `Battery: ${level}`, id: "battery" };
      await server.execute({ type: "sendStatus", ...status });
      assertEquals(await client.nextStatus(), status);
    }
    await server.execute({ type: "removeStatus", id: "battery" });
    assertEquals(await client.nextRemovedStatuses(), ["battery"]);
  },
};

export const SESSION_RESET: Scenario = {
  name: "session reset",
  description: "a new session on the same connection; subscriptions continue; channels with known schemas are added",
  async run({ server, client }) {
    const subscription = await client.subscribe("/odom");
    await server.nextEvent("subscribe");
    await server.execute({ type: "resetSessionId", sessionId: "another session" });
    const { name, sessionId } = await client.nextServerInfo();
    assertEquals([name, sessionId], [FIXTURE.name, "another session"]);
    const payload = bytes('{"x":2}');
    await server.execute({ type: "sendMessage", topic: "/odom", timestamp: "5", payload: encodeBase64(payload) });
    assertEquals(await subscription.next(), { timestamp: 5n, payload });
    subscription.close();
    for (const { topic, ...rest } of FIXTURE.channels.toReversed()) { // so that the schemas get other ids
      const channel = { ...rest, topic: `${topic}_after_reset` };
      await server.execute({ type: "addChannel", channel });
      assertEquals(await client.waitForChannel(channel.topic), channel);
      await server.execute({ type: "removeChannel", topic: channel.topic });
      await client.waitForRemoval(channel.topic);
    }
  },
};

/** Sorts by name, and sorts the ids, because their order has no meaning. */
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
