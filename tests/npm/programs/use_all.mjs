// Uses every sub-path of the package in JavaScript: a server with its status page, a client, a schema and the codec of
// the protocol.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { FoxgloveServer, json, runCancellable } from "@x/foxglove-ws";
import { FoxgloveClient } from "@x/foxglove-ws/client";
import { decodeServerMessage, encodeServerMessage, StatusLevel } from "@x/foxglove-ws/protocol";
import { SceneUpdate } from "@x/foxglove-ws/schemas";

const manifest = createRequire(import.meta.url)("@x/foxglove-ws/package.json");

assert.deepEqual(decodeServerMessage(encodeServerMessage({ op: "status", level: StatusLevel.INFO, message: "hi" })), {
  op: "status",
  level: 0,
  message: "hi",
});

await runCancellable(async () => {
  const server = new FoxgloveServer({ name: manifest.name, port: 0, capabilities: ["services"] });
  const scene = server.channel("/scene", SceneUpdate, { latch: true });
  const battery = server.channel("/battery", json({ example: { volts: 12.6 } }), { latch: true });
  server.service("/double", ({ value }) => ({ value: 2 * value }));
  await server.start();
  scene.send({ entities: [{ id: "box", frame_id: "map", cubes: [{ size: { x: 1, y: 2, z: 3 } }] }] });
  battery.send({ volts: 12.4 });

  const client = await FoxgloveClient.connect(server.url, { reconnect: false });
  assert.equal(client.serverInfo.name, manifest.name);
  for await (const { value } of client.subscribe("/scene", SceneUpdate)) {
    assert.deepEqual(value.entities[0].cubes[0].size, { x: 1, y: 2, z: 3 });
    break;
  }
  for await (const { value } of client.subscribe("/scene").decoded()) {
    assert.equal(value.entities[0].frame_id, "map");
    break;
  }
  for await (const { value } of client.subscribe("/battery").json()) {
    assert.deepEqual(value, { volts: 12.4 });
    break;
  }
  assert.deepEqual(await client.service("/double").call({ value: 21 }), { value: 42 });
  const answers = ["/", "/api/stats", "/metrics"].map(async (path) => {
    const response = await fetch(`http://127.0.0.1:${server.addr.port}${path}`);
    return [response.status, (await response.text()).length > 100];
  });
  assert.deepEqual(await Promise.all(answers), Array(3).fill([200, true]));
  await client.close();
  await server.close();
});
console.log("ok");
