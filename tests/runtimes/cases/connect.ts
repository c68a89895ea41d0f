// Cases: connecting, being refused, and closing.

import { UpdateQueue } from "../../../src/client/update_queue.ts";
import { CAPABILITIES } from "../../../src/protocol/capabilities.ts";
import { equal, failure, includes } from "../expect.ts";
import { type Cases, next } from "../stage.ts";

export const CONNECT_CASES: Cases = {
  "connect() tells what the server said of itself": async ({ connect }) => {
    const client = await connect();
    const { name, capabilities, supportedEncodings, metadata, dataStartTime, dataEndTime } = client.serverInfo;
    equal({ name, capabilities, supportedEncodings, metadata, dataStartTime, dataEndTime }, {
      name: "robot",
      capabilities: CAPABILITIES,
      supportedEncodings: ["json", "raw"],
      metadata: { ROS_DISTRO: "jazzy" },
      dataStartTime: 10n,
      dataEndTime: 20n,
    });
    equal(client.state, { type: "open", subprotocol: "foxglove.sdk.v1" });
    equal(client.bufferedAmount, 0);
  },

  "connect() rejects where nobody listens": async ({ robot, connect, url }) => {
    await robot.stop();
    const error = await failure("ConnectionClosedError", connect());
    includes(error.message, `Cannot connect to ${url}/, offering foxglove.sdk.v1, foxglove.websocket.v1`);
  },

  "connect() rejects where the answer is HTTP 400": async ({ connect, refusingUrl }) => {
    const error = await failure("ConnectionClosedError", connect({ url: refusingUrl }));
    includes(error.message, "/refused, offering foxglove.sdk.v1, foxglove.websocket.v1");
  },

  "connect() rejects with the reason of its signal": async ({ connect }) => {
    const control = new AbortController();
    const connecting = connect({ signal: control.signal });
    control.abort(new RangeError("enough"));
    equal((await failure("RangeError", connecting)).message, "enough");
  },

  "connect() tries again with retryInitialConnect": async ({ robot, connect }) => {
    await robot.stop();
    const states = new UpdateQueue<string>({ maxQueued: Infinity });
    const connecting = connect({
      retryInitialConnect: true,
      listener: { onConnectionState: (_client, { type }) => states.push(type) },
    });
    equal(await next(states), "reconnecting");
    await robot.start();
    equal((await connecting).serverInfo.name, "robot");
  },

  "close() ends loops, and what waits": async ({ robot, connect }) => {
    await robot.addChannel({ topic: "/a", encoding: "json" });
    const client = await connect();
    await client.waitForService("/never");
    const loops = [client.subscribe("/a").next(), client.subscribe("/later").json().next()];
    const waits = [
      failure("ConnectionClosedError", client.waitForChannel("/later")),
      failure("ConnectionClosedError", client.callService("/never", "{}")),
    ];
    await robot.noticed("call /never");
    await client.close();
    await client.closed;
    equal(client.state, { type: "closed" });
    equal((await Promise.all(loops)).map(({ done }) => done), [true, true]);
    await Promise.all(waits);
    await failure("ConnectionClosedError", () => client.subscribe("/a"));
  },
};
