// Subscription.decoded() with the messages of Foxglove's SDK, by the descriptors that its server sends.

import { assertEquals } from "@std/assert/equals";
import { FoxgloveClient } from "../../src/client/client.ts";
import { explainMissing, PYTHON } from "../../tools/peers.ts";
import { within } from "../support/events.ts";
import { testUnless } from "../support/needed_programs.ts";
import { Inbox } from "./inbox.ts";
import { LineProcess } from "./line_process.ts";

const TIME = 1_700_000_000_123_456_789n;

testUnless(explainMissing("python"), "Subscription.decoded() decodes the messages of the SDK's server", async () => {
  const inbox = new Inbox();
  const program = `${import.meta.dirname}/peers/rust_messages.py`;
  await using server = new LineProcess(PYTHON, [program], (line) => {
    inbox.push("port" in line ? "port" : "subscribed", line);
  });
  const { port } = await inbox.next("port");
  await using client = await FoxgloveClient.connect(`ws://127.0.0.1:${port}`);
  const [poses, scenes] = [client.subscribe("/pose").decoded(), client.subscribe("/scene").decoded()];
  for (const _topic of ["/pose", "/scene"]) await inbox.next("subscribed");
  await server.writeLine({});
  const pose = await within(poses.next(), "a pose");
  assertEquals([pose.value?.timestamp, pose.value?.value], [5n, {
    timestamp: TIME,
    frame_id: "map",
    pose: { position: { x: 1.5, y: -2, z: 0 }, orientation: { x: 0, y: 0, z: 0.6, w: 0.8 } },
  }]);
  const scene = await within(scenes.next(), "a scene");
  assertEquals(scene.value?.value, {
    deletions: [],
    entities: [{
      timestamp: TIME,
      frame_id: "",
      id: "box",
      lifetime: -1_500_000_000n,
      frame_locked: true,
      metadata: [{ key: "kind", value: "crate" }],
      arrows: [],
      cubes: [{ size: { x: 1, y: 0, z: 0 }, color: { r: 1, g: 0, b: 0, a: 0.5 } }],
      spheres: [],
      cylinders: [],
      lines: [],
      triangles: [],
      texts: [],
      models: [],
    }],
  });
  assertEquals([poses.undecodable, scenes.undecodable], [0, 0]);
  await client.close();
});
