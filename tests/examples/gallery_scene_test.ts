// scene_server.ts and its layout.

import { assertEquals } from "@std/assert/equals";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { FrameTransform, SceneUpdate } from "../../src/schemas/mod.ts";
import { startExample } from "../support/example.ts";
import { assertChannels, assertLayout } from "../support/gallery.ts";

const TOPICS = ["/course", "/scene", "/tf"];

Deno.test("scene_server.ts draws a robot that moves, and spheres that disappear", async () => {
  await using example = await startExample("scene_server.ts");
  await using client = await FoxgloveClient.connect(example.url);
  await assertChannels(client, TOPICS);
  await assertLayout("scene", client);

  for await (const { value } of client.subscribe("/course", SceneUpdate)) {
    const [course] = value.entities;
    assertEquals([course?.frame_id, course?.lines[0]?.points.length, course?.cubes.length], ["map", 200, 2]);
    break;
  }

  const places = new Set<number>();
  for await (const { value } of client.subscribe("/tf", FrameTransform)) {
    assertEquals([value.parent_frame_id, value.child_frame_id], ["map", "base_link"]);
    const { x, y } = value.translation;
    assertEquals([Math.abs(x) <= 4, Math.abs(y) <= 2], [true, true]);
    const { z, w } = value.rotation;
    assertEquals(Math.hypot(z, w).toFixed(9), "1.000000000");
    if (places.add(x).size === 3) break;
  }

  const crumbs = new Set<string>();
  for await (const { value } of client.subscribe("/scene", SceneUpdate)) {
    const [robot, crumb] = value.entities;
    assertEquals([robot?.id, robot?.frame_id, robot?.frame_locked], ["robot", "base_link", true]);
    const speed = Number(robot?.texts[0]?.text.replace(" m/s", ""));
    assertEquals((robot!.arrows[0]!.shaft_length * 2).toFixed(1), speed.toFixed(1));
    if (!crumb) continue;
    assertEquals([crumb.frame_id, crumb.lifetime, crumb.spheres.length], ["map", 4_000_000_000n, 1]);
    if (crumbs.add(crumb.id).size === 2) break;
  }
});
