// The time to encode and decode Foxglove's messages, compared with npm's protobufjs and @bufbuild/protobuf, and with
// JSON.stringify(). Large messages are written into the server's frame, compared with one copy of their bytes.

import { assertEquals } from "@std/assert/equals";
import { createFileRegistry, fromBinary, toBinary } from "npm:@bufbuild/protobuf@2.17.0";
import { FileDescriptorSetSchema } from "npm:@bufbuild/protobuf@2.17.0/wkt";
import { encodeIntoOf } from "../src/codecs/encode_into.ts";
import {
  CompressedImage,
  FrameTransform,
  LaserScan,
  Log,
  LogLevel,
  type MessageSchema,
  NumericType,
  PointCloud,
  PoseInFrame,
  SceneUpdate,
} from "../src/schemas/mod.ts";
import { FramePool } from "../src/server/delivery/frame_pool.ts";
import { MessageFrame } from "../src/server/delivery/message_frame.ts";
import { createOracle } from "../tests/codecs/protobuf/oracle.ts";

const CONTEXT = { timestamp: 5n };
const TIME = 1_700_000_000_123_456_789n;
const pose = { position: { x: 1.5, y: -2.5, z: 0.1 }, orientation: { x: 0.1, y: 0.2, z: 0.3, w: 0.9 } };

compare("PoseInFrame", PoseInFrame, { timestamp: TIME, frame_id: "base_link", pose });
compare("FrameTransform", FrameTransform, {
  timestamp: TIME,
  parent_frame_id: "map",
  child_frame_id: "base_link",
  translation: pose.position,
  rotation: pose.orientation,
});
compare("Log", Log, {
  timestamp: TIME,
  level: LogLevel.INFO,
  message: "The robot has reached its goal, number 12",
  name: "navigation",
  file: "src/nav/goal.cpp",
  line: 120,
});
compare("SceneUpdate with 20 cubes", SceneUpdate, {
  entities: [{
    timestamp: TIME,
    id: "cubes",
    frame_id: "map",
    cubes: Array.from({ length: 20 }, (_, index) => ({
      pose: { position: { x: 1.5 + index, y: -2.5, z: 0.1 }, orientation: { x: 0.1, y: 0.2, z: 0.3, w: 0.9 } },
      size: { x: 1, y: 1.5, z: 2 },
      color: { r: 0.2, g: 0.4, b: 0.6, a: 1 },
    })),
  }],
});
compare("LaserScan with 720 rays", LaserScan, {
  timestamp: TIME,
  frame_id: "laser",
  pose,
  start_angle: -1.5,
  end_angle: 1.5,
  ranges: Array.from({ length: 720 }, (_, index) => index / 7 + 0.1),
});

copyIntoFrame("PointCloud with 100,000 points", PointCloud, {
  frame_id: "lidar",
  point_stride: 16,
  fields: ["x", "y", "z", "intensity"].map((name, index) => ({ name, offset: 4 * index, type: NumericType.FLOAT32 })),
  data: filled(1_600_000),
});
copyIntoFrame("CompressedImage of 1 MiB", CompressedImage, { format: "jpeg", data: filled(1024 * 1024) });

/** Adds benchmarks that encode and decode a message. */
function compare<Out, In>(name: string, schema: MessageSchema<Out, In>, value: In): void {
  const payload = new Uint8Array(schema.encode(value, CONTEXT) as Uint8Array);
  const descriptor = schema.schema as Uint8Array;
  const protobufjs = createOracle(descriptor).lookupType(schema.schemaName);
  const bufbuild = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptor)).getMessage(schema.schemaName);
  if (!bufbuild) throw new Error(`@bufbuild/protobuf does not know "${schema.schemaName}"`);
  const ofProtobufjs = protobufjs.decode(payload);
  const ofBufbuild = fromBinary(bufbuild, payload);
  assertEquals(protobufjs.encode(ofProtobufjs).finish().length, payload.length);
  assertEquals(toBinary(bufbuild, ofBufbuild), payload);
  // The same value, as JSON.stringify() needs it.
  const plain = JSON.parse(schema.json.encode(value, CONTEXT) as string);
  assertEquals(schema.json.encode(value, CONTEXT), JSON.stringify(plain));

  let group = `encode ${name}, ${payload.length} bytes`;
  Deno.bench({ name: "ours", group, baseline: true, fn: () => void schema.encode(value, CONTEXT) });
  Deno.bench({ name: "protobufjs", group, fn: () => void protobufjs.encode(ofProtobufjs).finish() });
  Deno.bench({ name: "@bufbuild/protobuf", group, fn: () => void toBinary(bufbuild, ofBufbuild) });

  group = `decode ${name}`;
  Deno.bench({ name: "ours", group, baseline: true, fn: () => void schema.decode(payload) });
  Deno.bench({ name: "protobufjs", group, fn: () => void protobufjs.decode(payload) });
  Deno.bench({ name: "@bufbuild/protobuf", group, fn: () => void fromBinary(bufbuild, payload) });

  group = `encode ${name} as JSON`;
  Deno.bench({ name: "ours", group, baseline: true, fn: () => void schema.json.encode(value, CONTEXT) });
  Deno.bench({ name: "JSON.stringify()", group, fn: () => void JSON.stringify(plain) });
}

/** Adds benchmarks that write a message into the server's frame. */
function copyIntoFrame<Out, In extends { data?: unknown }>(
  name: string,
  schema: MessageSchema<Out, In>,
  value: In,
): void {
  const data = value.data as Uint8Array;
  const frame = new MessageFrame(new FramePool());
  const encodeInto = encodeIntoOf<In>(schema);
  if (!encodeInto) throw new Error(`${name} cannot be written into a frame`);
  frame.encode(5n, encodeInto, value);
  assertEquals(schema.decode(frame.payload), schema.decode(schema.encode(value, CONTEXT) as Uint8Array));
  const target = new Uint8Array(data.length + 1000);
  const group = `write ${name} into the frame`;
  Deno.bench({ name: "ours", group, baseline: true, fn: () => void frame.encode(5n, encodeInto, value) });
  Deno.bench({ name: "set() of its bytes", group, fn: () => target.set(data, 100) });
}

function filled(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => index * 7);
}
