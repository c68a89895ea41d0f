// The time to encode and decode a pose as protobuf, compared with npm's protobufjs.

import { assertEquals } from "@std/assert/equals";
import reflection from "npm:protobufjs@8.8.1";
import descriptorExtension from "npm:protobufjs@8.8.1/ext/descriptor/index.js";
import { protobuf } from "../mod.ts";

const PROTO = `
  syntax = "proto3";
  package bench;
  message PoseInFrame { Time timestamp = 1; string frame_id = 2; Pose pose = 3; }
  message Time { int64 seconds = 1; int32 nanos = 2; }
  message Pose { Vector3 position = 1; Quaternion orientation = 2; }
  message Vector3 { double x = 1; double y = 2; double z = 3; }
  message Quaternion { double x = 1; double y = 2; double z = 3; double w = 4; }
  message Scan { repeated double ranges = 1; repeated float intensities = 2; }
`;

const { root } = reflection.parse(PROTO, { keepCase: true });
root.resolveAll();
const { FileDescriptorSet } = descriptorExtension as unknown as {
  FileDescriptorSet: { encode(message: unknown): { finish(): Uint8Array } };
};
const descriptor = FileDescriptorSet.encode(
  (root as unknown as { toDescriptor(edition: string): unknown }).toDescriptor("proto3"),
).finish();

const pose = {
  frame_id: "base_link",
  pose: { position: { x: 1.5, y: -2.5, z: 0.1 }, orientation: { x: 0.1, y: 0.2, z: 0.3, w: 0.9 } },
};
const scan = {
  ranges: Array.from({ length: 720 }, (_, index) => index / 7),
  intensities: Array.from({ length: 720 }, (_, index) => index / 4),
};

compare(
  "PoseInFrame",
  { ...pose, timestamp: { seconds: 1_700_000_000n, nanos: 5 } },
  { ...pose, timestamp: { seconds: 1_700_000_000, nanos: 5 } },
);
compare("Scan", scan, scan);

/** Adds benchmarks for one message. `theirs`: the same value in the form of protobufjs. */
function compare(name: string, ours: object, theirs: object): void {
  const codec = protobuf<object>({ descriptor, type: `bench.${name}` });
  const type = root.lookupType(`bench.${name}`);
  const context = { timestamp: 0n };
  const payload = type.encode(theirs).finish();
  assertEquals(new Uint8Array(codec.encode(ours, context) as Uint8Array), new Uint8Array(payload));
  assertEquals(codec.decode(payload), ours);
  assertEquals(type.encode(type.decode(payload)).finish().length, payload.length);

  let group = `encode ${name} of ${payload.length} bytes`;
  Deno.bench({ name: "protobufjs", group, baseline: true, fn: () => void type.encode(theirs).finish() });
  Deno.bench({ name: "protobuf()", group, fn: () => void codec.encode(ours, context) });

  group = `decode ${name} of ${payload.length} bytes`;
  Deno.bench({ name: "protobufjs", group, baseline: true, fn: () => void type.decode(payload) });
  Deno.bench({ name: "protobuf()", group, fn: () => void codec.decode(payload) });
}
