// checkFrames(): coordinate frames of data and of transforms.

import { assertEquals } from "@std/assert/equals";
import { checkFrames } from "../../../src/cli/doctor/check_frames.ts";
import { Traffic } from "../../../src/cli/doctor/traffic.ts";
import type { Channel, ChannelId } from "../../../src/client/mod.ts";

/** A topic, its schema, and the messages in JSON that arrive 200 ms apart. */
type Topic = readonly [topic: string, schemaName: string, ...messages: readonly object[]];

/** Returns the findings without their cures: `level topic: text`. */
function framesOf(topics: readonly Topic[], metadata: Record<string, string> = {}): string[] {
  const traffic = new Map<Channel, Traffic>();
  for (const [index, [topic, schemaName, ...messages]] of topics.entries()) {
    const channel: Channel = { id: index as ChannelId, topic, encoding: "json", schemaName, schema: "{}" };
    const entry = new Traffic(channel);
    for (const [turn, message] of messages.entries()) {
      entry.add({ channel, timestamp: 1n, payload: new TextEncoder().encode(JSON.stringify(message)) }, turn * 200);
    }
    traffic.set(channel, entry);
  }
  const findings = checkFrames({ channels: [...traffic.keys()], traffic, client: { serverInfo: { metadata } } });
  assertEquals(findings.filter(({ level, cure }) => (level === "ok") !== (cure === undefined)), []);
  return findings.map(({ level, topic, text }) => `${level} ${topic === undefined ? "" : `${topic}: `}${text}`);
}

function transform(parent: string, child: string): object {
  return { parent_frame_id: parent, child_frame_id: child };
}

const TF: Topic = ["/tf", "foxglove.FrameTransform", transform("map", "base_link"), transform("base_link", "laser")];
const scan = (frame_id: string): Topic => ["/scan", "foxglove.LaserScan", { frame_id }];

const CASES: readonly [name: string, topics: readonly Topic[], expected: readonly string[]][] = [
  ["no frames", [["/pose", "Pose", { frame_id: "map" }]], []],
  ["frames that fit", [TF, scan("laser")], ["ok 3 frames in one tree: map, base_link, laser"]],
  ["no transforms", [scan("laser")], ["ok no transforms, so apps show data in its own frame: laser"]],
  ["a misspelled frame", [TF, scan("lasr")], [
    'warning /scan: its frame "lasr" is in no transform; did you mean "laser"? known: map, base_link, laser',
  ]],
  ["an unknown frame", [TF, scan("gps")], [
    'warning /scan: its frame "gps" is in no transform; known: map, base_link, laser',
  ]],
  ["a frame of a later message", [TF, ["/scan", "foxglove.LaserScan", { frame_id: "map" }, { frame_id: "gps" }]], [
    'warning /scan: its frame "gps" is in no transform; known: map, base_link, laser',
  ]],
  ["an empty frame", [scan("")], ["warning /scan: its frame_id is empty, so no transform places it"]],
  ["a missing frame", [["/scan", "foxglove.LaserScan", {}]], [
    "warning /scan: its frame_id is empty, so no transform places it",
  ]],
  ["the frames of entities", [
    TF,
    ["/scene", "foxglove.SceneUpdate", { entities: [{ frame_id: "map" }, { frame_id: "x" }, { frame_id: "y" }] }],
    ["/gone", "foxglove.SceneUpdate", { deletions: [{ id: "a" }], entities: [] }],
  ], ['warning /scene: its frames "x", "y" are in no transform; known: map, base_link, laser']],
  ["images, which need no transform", [TF, ["/camera", "foxglove.CompressedImage", { frame_id: "" }]], [
    "ok 3 frames in one tree: map, base_link, laser",
  ]],
  ["a leading slash", [TF, scan("/laser")], [
    'warning /scan: its frame "/laser" begins with a slash, but "laser" does not: apps take them for two frames',
  ]],
  ["a leading slash of a transform", [TF, ["/tf2", "foxglove.FrameTransform", transform("map", "/laser")]], [
    'warning the child frame "/laser" begins with a slash, but "laser" does not: apps take them for two frames',
  ]],
  ["a leading slash everywhere", [["/tf", "foxglove.FrameTransform", transform("/map", "/laser")], scan("/laser")], [
    "ok 2 frames in one tree: /map, /laser",
  ]],
  ["two parents", [TF, ["/tf2", "foxglove.FrameTransforms", { transforms: [transform("odom", "base_link")] }]], [
    'warning "base_link" has the parents "map", "odom", but a frame has only one: apps switch between them',
  ]],
  ["two trees", [TF, ["/tf2", "foxglove.FrameTransforms", { transforms: [transform("world", "arm")] }]], [
    "ok the transforms form 2 trees, with the roots map, world: apps show only the one of the display frame",
  ]],
  ["transforms in a circle", [["/tf", "foxglove.FrameTransform", transform("a", "b"), transform("b", "a")]], [
    "ok 2 frames in one tree: a, b",
  ]],
  ["transforms of ROS", [
    ["/tf", "tf2_msgs/msg/TFMessage", { transforms: [{ header: { frame_id: "map" }, child_frame_id: "base" }] }],
    ["/path", "nav_msgs/msg/Path", { header: { frame_id: "odom" } }],
    ["/markers", "visualization_msgs/MarkerArray", { markers: [{ header: { frame_id: "bas" } }] }],
  ], [
    'warning /path: its frame "odom" is in no transform; known: map, base',
    'warning /markers: its frame "bas" is in no transform; did you mean "base"? known: map, base',
  ]],
  ["more frames than fit", [
    ["/tf", "foxglove.FrameTransforms", {
      transforms: Array.from({ length: 10 }, (_, index) => transform("map", `frame${index}`)),
    }],
  ], ["ok 11 frames in one tree: map, frame0, frame1, frame2, frame3, frame4, frame5, frame6, …"]],
];

for (const [name, topics, expected] of CASES) {
  Deno.test(`checkFrames() judges ${name}`, () => assertEquals(framesOf(topics), expected));
}

Deno.test("checkFrames() ignores a leading slash on servers of ROS, as apps do", () => {
  assertEquals(framesOf([TF, scan("/laser")], { ROS_DISTRO: "jazzy" }), [
    "ok 3 frames in one tree: map, base_link, laser",
  ]);
});
