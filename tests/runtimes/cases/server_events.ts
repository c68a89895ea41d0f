// Cases: events that the server sends without a request: the connection graph, its time, statuses, and a new session.

import { expectEqual } from "../expect.ts";
import { type Cases, next, recordHook } from "../fixture.ts";

export const SERVER_EVENT_CASES: Cases = {
  "subscribeConnectionGraph() delivers the whole graph after each change": async ({ server, connect }) => {
    const graph = {
      publishedTopics: [{ name: "/a", publisherIds: ["arm"] }, { name: "/b", publisherIds: ["arm"] }],
      subscribedTopics: [{ name: "/a", subscriberIds: ["log"] }],
      advertisedServices: [{ name: "/reset", providerIds: ["arm"] }],
    };
    await server.updateConnectionGraph(graph);
    const client = await connect();
    const graphs = client.subscribeConnectionGraph();
    expectEqual(await next(graphs), graph);
    const changed = {
      ...graph,
      publishedTopics: [{ name: "/a", publisherIds: ["arm", "leg"] }],
      advertisedServices: [],
    };
    await server.updateConnectionGraph(changed);
    expectEqual(await next(graphs), changed);
    graphs.close();
    await server.nextEvent("unwatch graph");
  },

  "time and its jumps are reported": async ({ server, connect }) => {
    const client = await connect();
    const times = recordHook(client, "onTime");
    for (const time of [2n ** 53n + 1n, 2n ** 53n + 2n, 5n]) await server.broadcastTime(time);
    expectEqual([await next(times), await next(times), await next(times)], [
      [2n ** 53n + 1n, false],
      [2n ** 53n + 2n, false],
      [5n, true],
    ]);
    expectEqual(client.time, 5n);
  },

  "statuses and their removal are reported": async ({ server, connect }) => {
    const client = await connect();
    const [statuses, removals] = [recordHook(client, "onStatus"), recordHook(client, "onRemoveStatus")];
    const hot = { op: "status", level: 1, message: "the motor is hot", id: "hot" };
    await server.sendStatus(1, hot.message, { id: hot.id });
    expectEqual(await next(statuses), [hot]);
    expectEqual([...client.statuses.values()], [hot]);
    await server.removeStatus(["hot"]);
    expectEqual(await next(removals), [["hot"]]);
    expectEqual(client.statuses.size, 0);
  },

  "a new session is reported, and channels and subscriptions stay": async ({ server, connect }) => {
    await server.addChannel({ topic: "/a", encoding: "json" });
    const client = await connect();
    const messages = client.subscribe("/a");
    await server.send("/a", [{ payload: "1" }]);
    await next(messages);
    const sessions = recordHook(client, "onSessionReset");
    await server.resetSessionId("the second run");
    expectEqual(await next(sessions), ["the second run"]);
    expectEqual([client.serverInfo.sessionId, client.channels.size], ["the second run", 1]);
    await server.send("/a", [{ payload: "2" }]);
    expectEqual((await next(messages)).payload, Uint8Array.of(0x32));
  },
};
