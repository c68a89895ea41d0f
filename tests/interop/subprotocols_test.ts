// A plain WebSocket, without a Foxglove library, connects to our server: the selected subprotocol and the channels.

import { assertEquals } from "@std/assert/equals";
import { Queue, within } from "../support/events.ts";
import { FIXTURE, type WireChannel } from "./fixture.ts";
import { OUR_SERVER, ServerDriver } from "./server_driver.ts";

const V1 = "foxglove.websocket.v1";
const SDK = "foxglove.sdk.v1";
const SDK_1_1 = "foxglove.sdk.v1.1";

const [FIRST, FILTERED, POINTS] = FIXTURE.channels as [WireChannel, WireChannel, WireChannel];
const ODOMETRY = { id: 1, name: "Odometry", encoding: "jsonschema", data: FIRST.schema };
const ADDED: WireChannel = { ...POINTS, topic: "/points_late" };

/** Connects, and returns the selected subprotocol and the next `advertise` messages. */
async function connect(url: string, offers: readonly string[]) {
  const socket = new WebSocket(url, [...offers]);
  const [opened, closed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const advertised = new Queue<Record<string, unknown>>("an advertise");
  socket.addEventListener("open", () => opened.resolve());
  socket.addEventListener("close", () => closed.resolve());
  socket.addEventListener("message", ({ data }) => {
    const message = JSON.parse(data);
    if (message.op === "advertise") advertised.push(message);
  });
  await within(opened.promise, "the connection");
  return {
    subprotocol: socket.protocol,
    advertised,
    async [Symbol.asyncDispose]() {
      socket.close();
      await within(closed.promise, "the end of the connection");
    },
  };
}

for (const offers of [[SDK_1_1], [SDK_1_1, SDK, V1], [V1, SDK, SDK_1_1], ["other.v1", SDK, SDK_1_1, "other.v2"]]) {
  Deno.test(`our server selects ${SDK_1_1} of ${offers.join(", ")}, and sends each schema once`, async () => {
    await using server = await ServerDriver.start(OUR_SERVER);
    await using socket = await connect(server.url, offers);
    assertEquals(socket.subprotocol, SDK_1_1);
    assertEquals(await socket.advertised.next(), {
      op: "advertise",
      schemas: [ODOMETRY, { id: 2, name: "p.P", encoding: "protobuf", data: POINTS.schema }],
      channels: [
        { id: 1, topic: "/odom", encoding: "json", schemaId: 1 },
        { id: 2, topic: "/odom_filtered", encoding: "json", schemaId: 1, metadata: FILTERED.metadata },
        { id: 3, topic: "/points", encoding: "protobuf", schemaId: 2 },
      ],
    });
    await server.execute({ type: "removeChannel", topic: "/points" });
    await server.execute({ type: "addChannel", channel: ADDED });
    assertEquals(await socket.advertised.next(), {
      op: "advertise",
      channels: [{ id: 4, topic: "/points_late", encoding: "protobuf", schemaId: 2 }],
    });
  });
}

for (
  const [selected, offers] of [[SDK, [SDK]], [SDK, [V1, SDK]], [V1, [V1]], [SDK, ["foxglove.sdk.v1.10", SDK]]] as const
) {
  Deno.test(`our server selects ${selected} of ${offers.join(", ")}, and sends a schema with each channel`, async () => {
    await using server = await ServerDriver.start(OUR_SERVER);
    await using socket = await connect(server.url, offers);
    assertEquals(socket.subprotocol, selected);
    const channels = FIXTURE.channels.map((channel, index) => ({ id: index + 1, ...channel }));
    assertEquals(await socket.advertised.next(), { op: "advertise", channels });
    await server.execute({ type: "addChannel", channel: ADDED });
    assertEquals(await socket.advertised.next(), { op: "advertise", channels: [{ id: 4, ...ADDED }] });
  });
}
