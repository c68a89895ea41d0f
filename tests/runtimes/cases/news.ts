// Cases: what the server tells of its own accord: the connection graph, its clock, notes, and a new session.

import { equal } from "../expect.ts";
import { type Cases, hear, next } from "../stage.ts";

export const NEWS_CASES: Cases = {
  "subscribeConnectionGraph() tells the graph, whole, each time it changed": async ({ robot, connect }) => {
    const graph = {
      publishedTopics: [{ name: "/a", publisherIds: ["arm"] }, { name: "/b", publisherIds: ["arm"] }],
      subscribedTopics: [{ name: "/a", subscriberIds: ["log"] }],
      advertisedServices: [{ name: "/reset", providerIds: ["arm"] }],
    };
    await robot.updateConnectionGraph(graph);
    const client = await connect();
    const graphs = client.subscribeConnectionGraph();
    equal(await next(graphs), graph);
    const changed = {
      ...graph,
      publishedTopics: [{ name: "/a", publisherIds: ["arm", "leg"] }],
      advertisedServices: [],
    };
    await robot.updateConnectionGraph(changed);
    equal(await next(graphs), changed);
    graphs.close();
    await robot.noticed("unwatch graph");
  },

  "time is told, and when it jumped": async ({ robot, connect }) => {
    const client = await connect();
    const times = hear(client, "onTime");
    for (const time of [2n ** 53n + 1n, 2n ** 53n + 2n, 5n]) await robot.broadcastTime(time);
    equal([await next(times), await next(times), await next(times)], [
      [2n ** 53n + 1n, false],
      [2n ** 53n + 2n, false],
      [5n, true],
    ]);
    equal(client.time, 5n);
  },

  "notes are told, and when they no longer hold": async ({ robot, connect }) => {
    const client = await connect();
    const [notes, gone] = [hear(client, "onStatus"), hear(client, "onRemoveStatus")];
    const hot = { op: "status", level: 1, message: "the motor is hot", id: "hot" };
    await robot.sendStatus(1, hot.message, { id: hot.id });
    equal(await next(notes), [hot]);
    equal([...client.statuses.values()], [hot]);
    await robot.removeStatus(["hot"]);
    equal(await next(gone), [["hot"]]);
    equal(client.statuses.size, 0);
  },

  "a new session is told, and what was there stays": async ({ robot, connect }) => {
    await robot.addChannel({ topic: "/a", encoding: "json" });
    const client = await connect();
    const messages = client.subscribe("/a");
    await robot.send("/a", [{ payload: "1" }]);
    await next(messages);
    const sessions = hear(client, "onSessionReset");
    await robot.resetSessionId("the second run");
    equal(await next(sessions), ["the second run"]);
    equal([client.serverInfo.sessionId, client.channels.size], ["the second run", 1]);
    await robot.send("/a", [{ payload: "2" }]);
    equal((await next(messages)).payload, Uint8Array.of(0x32));
  },
};
