// Cases: what a client publishes.

import { equal, failure } from "../expect.ts";
import type { Cases } from "../stage.ts";
import { pattern } from "../text.ts";

export const PUBLISH_CASES: Cases = {
  "publish() sends bytes and text to the server": async ({ robot, connect }) => {
    const client = await connect();
    const channelId = client.advertise({ topic: "/cmd", encoding: "raw", schemaName: "Cmd" });
    equal(await robot.noticed("advertise"), { id: channelId, topic: "/cmd", encoding: "raw", schemaName: "Cmd" });
    for (const size of [0, 1, 1 << 20]) {
      equal(client.publish(channelId, pattern(size)), true);
      equal(await robot.noticed("publish"), { channelId, payload: pattern(size) });
    }
    equal(client.publish(channelId, "ü"), true);
    equal(await robot.noticed("publish"), { channelId, payload: Uint8Array.of(0xc3, 0xbc) });
    equal(client.unadvertise(channelId), true);
    equal(await robot.noticed("unadvertise"), channelId);
  },

  "publish() copies the bytes": async ({ robot, connect }) => {
    const client = await connect();
    const channelId = client.advertise({ topic: "/cmd", encoding: "raw" });
    const payload = Uint8Array.of(1, 2, 3);
    client.publish(channelId, payload);
    payload.fill(0);
    equal(await robot.noticed("publish"), { channelId, payload: Uint8Array.of(1, 2, 3) });
  },

  "advertise() rejects an encoding that the server does not support": async ({ connect }) => {
    const client = await connect();
    await failure("TypeError", () => client.advertise({ topic: "/cmd", encoding: "cdr" }));
  },
};
