// Cases: publishing.

import { expectEqual } from "../expect.ts";
import { type Cases, next, recordHook } from "../fixture.ts";
import { testBytes } from "../text.ts";

export const PUBLISH_CASES: Cases = {
  "publish() sends bytes and text to the server": async ({ server, connect }) => {
    const client = await connect();
    const channelId = client.advertise({ topic: "/cmd", encoding: "raw", schemaName: "Cmd" });
    expectEqual(await server.nextEvent("advertise"), {
      id: channelId,
      topic: "/cmd",
      encoding: "raw",
      schemaName: "Cmd",
    });
    for (const size of [0, 1, 1 << 20]) {
      expectEqual(client.publish(channelId, testBytes(size)), true);
      expectEqual(await server.nextEvent("publish"), { channelId, payload: testBytes(size) });
    }
    expectEqual(client.publish(channelId, "ü"), true);
    expectEqual(await server.nextEvent("publish"), { channelId, payload: Uint8Array.of(0xc3, 0xbc) });
    expectEqual(client.unadvertise(channelId), true);
    expectEqual(await server.nextEvent("unadvertise"), channelId);
  },

  "publish() copies the bytes": async ({ server, connect }) => {
    const client = await connect();
    const channelId = client.advertise({ topic: "/cmd", encoding: "raw" });
    const payload = Uint8Array.of(1, 2, 3);
    client.publish(channelId, payload);
    payload.fill(0);
    expectEqual(await server.nextEvent("publish"), { channelId, payload: Uint8Array.of(1, 2, 3) });
  },

  "channel() encodes and sends values": async ({ server, connect }) => {
    const client = await connect();
    const encoder = {
      encoding: "raw",
      schemaName: "",
      schema: "",
      encode: (value: number) => Uint8Array.of(value),
    };
    const channel = client.channel("/cmd/speed", encoder);
    expectEqual(await server.nextEvent("advertise"), {
      id: channel.id,
      topic: "/cmd/speed",
      encoding: "raw",
      schemaName: "cmd/speed",
    });
    expectEqual([channel.isAdvertised, channel.send(7)], [true, true]);
    expectEqual(await server.nextEvent("publish"), { channelId: channel.id, payload: Uint8Array.of(7) });
    channel.close();
    expectEqual(await server.nextEvent("unadvertise"), channel.id);
  },

  "advertise() warns about an encoding that the server does not support": async ({ connect }) => {
    const client = await connect();
    const warnings = recordHook(client, "onWarning");
    const channelId = client.advertise({ topic: "/cmd", encoding: "cdr" });
    expectEqual(await next(warnings), ['Cannot advertise "/cmd": the server does not support encoding "cdr"']);
    expectEqual(client.publish(channelId, "x"), false);
  },
};
