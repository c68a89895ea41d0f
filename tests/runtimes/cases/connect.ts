// Cases: connecting, rejected connections, and closing.

import { FoxgloveClient } from "../../../src/client/client.ts";
import { UpdateQueue } from "../../../src/client/update_queue.ts";
import { CAPABILITIES } from "../../../src/protocol/capabilities.ts";
import { expectEqual, expectError, expectIncludes } from "../expect.ts";
import { type Cases, next } from "../fixture.ts";

export const CONNECT_CASES: Cases = {
  "connect() resolves with the server's description of itself": async ({ connect }) => {
    const client = await connect();
    const { name, capabilities, supportedEncodings, metadata, dataStartTime, dataEndTime } = client.serverInfo;
    expectEqual({ name, capabilities, supportedEncodings, metadata, dataStartTime, dataEndTime }, {
      name: "robot",
      capabilities: CAPABILITIES,
      supportedEncodings: ["json", "raw"],
      metadata: { ROS_DISTRO: "jazzy" },
      dataStartTime: 10n,
      dataEndTime: 20n,
    });
    expectEqual(client.state, { type: "open", subprotocol: "foxglove.sdk.v1.1" });
    expectEqual(client.bufferedAmount, 0);
  },

  "over() uses a socket that is opening, or that has just opened": async ({ server, createSocket, url }) => {
    await server.addChannel({ topic: "/a", encoding: "json" });
    for (const isOpen of [false, true]) {
      const socket = createSocket(url);
      const client = await (isOpen
        ? new Promise<FoxgloveClient>((resolve) =>
          socket.addEventListener("open", () =>
            resolve(FoxgloveClient.over(socket)))
        )
        : FoxgloveClient.over(socket));
      expectEqual([client.serverInfo.name, (await client.waitForChannel("/a")).encoding], ["robot", "json"]);
      expectEqual(client.state, { type: "open", subprotocol: "foxglove.sdk.v1.1" });
      await server.stop();
      await client.closed;
      expectEqual(client.state.type, "closed");
      await server.start();
    }
  },

  "connect() rejects if no server listens": async ({ server, connect, url }) => {
    await server.stop();
    const error = await expectError("ConnectionClosedError", connect());
    expectIncludes(
      error.message,
      `Cannot connect to ${url}/, offering foxglove.sdk.v1.1, foxglove.sdk.v1, foxglove.websocket.v1`,
    );
  },

  "connect() rejects if the response is HTTP 400": async ({ connect, rejectingUrl }) => {
    const error = await expectError("ConnectionClosedError", connect({ url: rejectingUrl }));
    expectIncludes(error.message, "/refused, offering foxglove.sdk.v1.1, foxglove.sdk.v1, foxglove.websocket.v1");
  },

  "connect() rejects with the signal's reason": async ({ connect }) => {
    const control = new AbortController();
    const connecting = connect({ signal: control.signal });
    control.abort(new RangeError("enough"));
    expectEqual((await expectError("RangeError", connecting)).message, "enough");
  },

  "connect() retries with retryInitialConnect": async ({ server, connect }) => {
    await server.stop();
    const states = new UpdateQueue<string>({ maxQueued: Infinity });
    const connecting = connect({
      retryInitialConnect: true,
      listener: { onConnectionState: (_client, { type }) => states.push(type) },
    });
    expectEqual(await next(states), "reconnecting");
    await server.start();
    expectEqual((await connecting).serverInfo.name, "robot");
  },

  "close() ends loops and rejects open requests": async ({ server, connect }) => {
    await server.addChannel({ topic: "/a", encoding: "json" });
    const client = await connect();
    await client.waitForService("/never");
    const loops = [client.subscribe("/a").next(), client.subscribe("/later").json().next()];
    const waits = [
      expectError("ConnectionClosedError", client.waitForChannel("/later")),
      expectError("ConnectionClosedError", client.callService("/never", "{}")),
    ];
    await server.nextEvent("call /never");
    await client.close();
    await client.closed;
    expectEqual(client.state, { type: "closed" });
    expectEqual((await Promise.all(loops)).map(({ done }) => done), [true, true]);
    await Promise.all(waits);
    await expectError("ConnectionClosedError", () => client.subscribe("/a"));
  },
};
