// Cases: a server that stops and starts again on the same port.

import type { ConnectionClosedError } from "../../../src/client/errors.ts";
import { expectEqual, expectError } from "../expect.ts";
import { type Cases, next, recordHook } from "../fixture.ts";

export const RECONNECT_CASES: Cases = {
  "after a restart the client reconnects": async ({ server, connect }) => {
    const client = await connect();
    const [states, sessions] = [recordHook(client, "onConnectionState"), recordHook(client, "onSessionReset")];
    const { sessionId } = client.serverInfo;
    await server.restart();
    const [lost] = await next(states);
    expectEqual(lost.type, "reconnecting");
    // An attempt may start before the server listens.
    let [state] = await next(states);
    while (state.type === "reconnecting") [state] = await next(states);
    expectEqual(state, { type: "open", subprotocol: "foxglove.sdk.v1.1" });
    await next(sessions);
    expectEqual(client.serverInfo.sessionId === sessionId, false);
  },

  "after a restart subscriptions continue": async ({ server, connect }) => {
    await server.addChannel({ topic: "/a", encoding: "json" });
    const client = await connect();
    const values = client.subscribe("/a").json();
    await server.send("/a", [{ payload: "1" }]);
    expectEqual((await next(values)).value, 1);
    await server.restart();
    await server.send("/a", [{ payload: "2" }]);
    expectEqual((await next(values)).value, 2);
  },

  "after a restart client channels are advertised again": async ({ server, connect }) => {
    const client = await connect();
    const channelId = client.advertise({ topic: "/cmd", encoding: "json", schemaName: "Cmd" });
    const advertised = { id: channelId, topic: "/cmd", encoding: "json", schemaName: "Cmd" };
    expectEqual(await server.nextEvent("advertise"), advertised);
    await server.restart();
    expectEqual(await server.nextEvent("unadvertise"), channelId);
    expectEqual(await server.nextEvent("advertise"), advertised);
    expectEqual(client.publish(channelId, "{}"), true);
    expectEqual(await server.nextEvent("publish"), { channelId, payload: new TextEncoder().encode("{}") });
  },

  "after a restart parameters and the graph are delivered again": async ({ server, connect }) => {
    await server.setParameters([{ name: "rate", value: 1 }]);
    const client = await connect();
    const [parameters, graphs] = [client.subscribeParameters(["rate"]), client.subscribeConnectionGraph()];
    expectEqual(await next(parameters), [{ name: "rate", value: 1 }]);
    const empty = { publishedTopics: [], subscribedTopics: [], advertisedServices: [] };
    expectEqual(await next(graphs), empty);
    await server.restart();
    expectEqual(await next(parameters), [{ name: "rate", value: 1 }]);
    expectEqual(await next(graphs), empty);
    await server.setParameters([{ name: "rate", value: 2 }]);
    expectEqual(await next(parameters), [{ name: "rate", value: 2 }]);
  },

  "open requests reject when the connection is lost": async ({ server, connect }) => {
    const client = await connect();
    await client.waitForService("/never");
    const call = expectError<ConnectionClosedError>("ConnectionClosedError", client.callService("/never", "{}"));
    await server.nextEvent("call /never");
    await server.stop();
    expectEqual((await call).code, 1001);
  },

  "while disconnected, publish() drops messages and requests reject": async ({ server, connect }) => {
    const client = await connect();
    const channelId = client.advertise({ topic: "/cmd", encoding: "json" });
    const states = recordHook(client, "onConnectionState");
    await server.stop();
    await next(states);
    expectEqual(client.publish(channelId, "{}"), false);
    expectEqual([client.channels.size, client.services.size], [0, 0]);
    await expectError("ConnectionClosedError", client.getParameters());
  },

  "with reconnect: false the client ends with the connection": async ({ server, connect }) => {
    await server.addChannel({ topic: "/a", encoding: "json" });
    const client = await connect({ reconnect: false });
    const values = client.subscribe("/a").json();
    await server.send("/a", [{ payload: "1" }]);
    expectEqual((await next(values)).value, 1);
    const loop = expectError<ConnectionClosedError>("ConnectionClosedError", values.next());
    await server.stop();
    await client.closed;
    expectEqual((await loop).code, 1001);
    expectEqual(client.state.type, "closed");
  },
};
