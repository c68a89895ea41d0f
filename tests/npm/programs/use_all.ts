// Uses every sub-path of the package in TypeScript. The tests compile it without Deno.

import type {} from "@x/foxglove-ws/cli";
import { createServer } from "node:http";
import { type FoxgloveServerListener, json, protobuf, runCancellable } from "@x/foxglove-ws";
import { FoxgloveServer } from "@x/foxglove-ws";
import { FoxgloveClient, type FoxgloveClientOptions, RequestError } from "@x/foxglove-ws/client";
import { type ChannelId, encodeServerMessage, ProtocolError } from "@x/foxglove-ws/protocol";
import { type Pose, rawImage, SceneUpdate, type SceneUpdateInit } from "@x/foxglove-ws/schemas";

const listener: FoxgloveServerListener = {
  onSubscribe(_server, channelId) {
    console.log(channelId);
  },
};

await runCancellable(async (signal) => {
  const server = new FoxgloveServer({ name: "typed", port: 0, capabilities: ["services"], allowedPaths: ["/ws"] });
  server.setListener(listener);
  const battery = server.channel("/battery", json({ example: { volts: 12.6 } }));
  const update: SceneUpdateInit = { entities: [{ id: "box", frame_id: "map" }] };
  server.channel("/scene", SceneUpdate).send(update);
  server.service("/double", ({ value }: { value: number }) => ({ value: 2 * value }));
  const http = createServer();
  http.on("upgrade", (request, socket, head) => server.handleUpgrade(request, socket, head));
  await server.start({ signal });
  battery.send({ volts: 12 });
  // @ts-expect-error volts is a number
  battery.send({ volts: "12" });

  const options: FoxgloveClientOptions = { reconnect: false };
  const client = await FoxgloveClient.connect(server.url ?? "", options);
  for await (const { value } of client.subscribe("/scene", SceneUpdate)) {
    const pose: Pose | undefined = value.entities[0]?.cubes[0]?.pose;
    console.log(pose?.position.x);
    break;
  }
  try {
    await client.service("/double").call({ value: 1 });
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
  }
  await server.close();
});

const id: ChannelId = 1 as ChannelId;
const bytes: string | Uint8Array = encodeServerMessage({ op: "unadvertise", channelIds: [id] });
console.log(bytes, ProtocolError.name, protobuf.name, rawImage.name);
