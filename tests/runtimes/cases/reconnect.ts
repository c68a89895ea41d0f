// Cases: a server that goes, and comes back at the same place.

import type { ConnectionClosedError } from "../../../src/client/errors.ts";
import { equal, failure } from "../expect.ts";
import { type Cases, hear, next } from "../stage.ts";

export const RECONNECT_CASES: Cases = {
  "after a restart the client is there again": async ({ robot, connect }) => {
    const client = await connect();
    const [states, sessions] = [hear(client, "onConnectionState"), hear(client, "onSessionReset")];
    const { sessionId } = client.serverInfo;
    await robot.restart();
    const [lost] = await next(states);
    equal(lost.type, "reconnecting");
    // An attempt may come too early.
    let [state] = await next(states);
    while (state.type === "reconnecting") [state] = await next(states);
    equal(state, { type: "open", subprotocol: "foxglove.sdk.v1" });
    await next(sessions);
    equal(client.serverInfo.sessionId === sessionId, false);
  },

  "after a restart subscriptions go on": async ({ robot, connect }) => {
    await robot.addChannel({ topic: "/a", encoding: "json" });
    const client = await connect();
    const values = client.subscribe("/a").json();
    await robot.send("/a", [{ payload: "1" }]);
    equal((await next(values)).value, 1);
    await robot.restart();
    await robot.send("/a", [{ payload: "2" }]);
    equal((await next(values)).value, 2);
  },

  "after a restart client channels are advertised again": async ({ robot, connect }) => {
    const client = await connect();
    const channelId = client.advertise({ topic: "/cmd", encoding: "json", schemaName: "Cmd" });
    const advertised = { id: channelId, topic: "/cmd", encoding: "json", schemaName: "Cmd" };
    equal(await robot.noticed("advertise"), advertised);
    await robot.restart();
    equal(await robot.noticed("unadvertise"), channelId);
    equal(await robot.noticed("advertise"), advertised);
    equal(client.publish(channelId, "{}"), true);
    equal(await robot.noticed("publish"), { channelId, payload: new TextEncoder().encode("{}") });
  },

  "after a restart parameters and the graph are told again": async ({ robot, connect }) => {
    await robot.setParameters([{ name: "rate", value: 1 }]);
    const client = await connect();
    const [parameters, graphs] = [client.subscribeParameters(["rate"]), client.subscribeConnectionGraph()];
    equal(await next(parameters), [{ name: "rate", value: 1 }]);
    const empty = { publishedTopics: [], subscribedTopics: [], advertisedServices: [] };
    equal(await next(graphs), empty);
    await robot.restart();
    equal(await next(parameters), [{ name: "rate", value: 1 }]);
    equal(await next(graphs), empty);
    await robot.setParameters([{ name: "rate", value: 2 }]);
    equal(await next(parameters), [{ name: "rate", value: 2 }]);
  },

  "open requests reject when the connection is lost": async ({ robot, connect }) => {
    const client = await connect();
    await client.waitForService("/never");
    const call = failure<ConnectionClosedError>("ConnectionClosedError", client.callService("/never", "{}"));
    await robot.noticed("call /never");
    await robot.stop();
    equal((await call).code, 1001);
  },

  "while there is no connection, publish() drops and requests reject": async ({ robot, connect }) => {
    const client = await connect();
    const channelId = client.advertise({ topic: "/cmd", encoding: "json" });
    const states = hear(client, "onConnectionState");
    await robot.stop();
    await next(states);
    equal(client.publish(channelId, "{}"), false);
    equal([client.channels.size, client.services.size], [0, 0]);
    await failure("ConnectionClosedError", client.getParameters());
  },

  "with reconnect: false the client ends with the connection": async ({ robot, connect }) => {
    await robot.addChannel({ topic: "/a", encoding: "json" });
    const client = await connect({ reconnect: false });
    const values = client.subscribe("/a").json();
    await robot.send("/a", [{ payload: "1" }]);
    equal((await next(values)).value, 1);
    const loop = failure<ConnectionClosedError>("ConnectionClosedError", values.next());
    await robot.stop();
    await client.closed;
    equal((await loop).code, 1001);
    equal(client.state.type, "closed");
  },
};
