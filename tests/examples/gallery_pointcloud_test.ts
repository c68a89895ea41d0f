// pointcloud_server.ts and its layout.

import { assertEquals } from "@std/assert/equals";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { FrameTransform, PointCloud } from "../../src/schemas/mod.ts";
import { startExample } from "../support/example.ts";
import { assertChannels, assertLayout } from "../support/gallery.ts";

const TOPICS = ["/points", "/tf"];

/** Reads the height of each point. */
function heights({ data, point_stride, fields }: PointCloud): number[] {
  assertEquals([data.length, point_stride], [50_000 * 16, 16]);
  const offset = fields.find(({ name }) => name === "z")!.offset;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return Array.from({ length: 50_000 }, (_, index) => view.getFloat32(index * point_stride + offset, true));
}

Deno.test("pointcloud_server.ts sends 50,000 points that move, as high as the parameter says", async () => {
  await using example = await startExample("pointcloud_server.ts");
  await using client = await FoxgloveClient.connect(example.url);
  await assertChannels(client, TOPICS);
  await assertLayout("pointcloud", client);

  let previous: number[] | undefined;
  for await (const { value } of client.subscribe("/points", PointCloud)) {
    assertEquals(value.frame_id, "lake");
    assertEquals(value.fields.map(({ name }) => name), ["x", "y", "z", "red", "green", "blue", "alpha"]);
    const now = heights(value);
    const highest = now.reduce((highest, z) => Math.max(highest, Math.abs(z)));
    assertEquals([highest > 0.2, highest < 0.401], [true, true]);
    if (previous) {
      assertEquals(now.some((z, index) => z !== previous![index]), true);
      break;
    }
    previous = now;
  }

  await client.setParameters([{ name: "/height", value: 0 }]);
  for await (const { value } of client.subscribe("/points", PointCloud)) {
    // A cloud from before the change may still arrive.
    if (heights(value).every((z) => z === 0)) break;
  }

  for await (const { value } of client.subscribe("/tf", FrameTransform)) {
    assertEquals([value.parent_frame_id, value.child_frame_id], ["map", "lake"]);
    break;
  }
});
