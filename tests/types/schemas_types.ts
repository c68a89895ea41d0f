// Types of the messages in ./schemas. This file is only checked, not run.

import { type Codec, FoxgloveServer } from "../../mod.ts";
import { FoxgloveClient } from "../../src/client/mod.ts";
import {
  type CubePrimitiveInit,
  JointState,
  LaserScan,
  Log,
  LogLevel,
  type MessageSchema,
  PoseInFrame,
  type PoseInFrameInit,
  SceneUpdate,
  Timestamp,
} from "../../src/schemas/mod.ts";

const TIME = { timestamp: 0n };
const BYTES = new Uint8Array();
const server = new FoxgloveServer({ name: "types" });

// A newcomer's program.
const scene = server.channel("/scene", SceneUpdate);
scene.send({
  entities: [
    {
      id: "box",
      frame_id: "map",
      cubes: [{ size: { x: 1, y: 1, z: 1 }, color: { r: 0.2, g: 0.6, b: 1 } }],
    },
  ],
});
server.channel("/scene.json", SceneUpdate.json).send({});

// All members may be absent when written.
const empty: PoseInFrameInit = {};
PoseInFrame.encode(empty, TIME);
PoseInFrame.encode({ timestamp: new Date(), pose: { orientation: { z: 1, w: 0 } } }, TIME);
// @ts-expect-error: times are not numbers
PoseInFrame.encode({ timestamp: 5 }, TIME);
// @ts-expect-error: names are those of the wire
PoseInFrame.encode({ frameId: "map" }, TIME);
// @ts-expect-error: x is a number
PoseInFrame.encode({ pose: { position: { x: "1" } } }, TIME);

// All members but optional ones are present when read, and can be written again.
const pose: PoseInFrame = PoseInFrame.decode(BYTES);
const x: number = pose.pose.position.x;
const read: PoseInFrameInit = pose;
const position: number | undefined = JointState.decode(BYTES).position;
// @ts-expect-error: the position of a joint may be absent
const certain: number = JointState.decode(BYTES).position;
// @ts-expect-error: a Pose that was read has all members
const incomplete: PoseInFrame = { timestamp: 0n, frame_id: "" };
const fromJson: PoseInFrame = PoseInFrame.json.decode(BYTES);

// Lists of numbers may be typed arrays, and are read as arrays.
LaserScan.encode({ ranges: new Float32Array(720), intensities: [1, 2] }, TIME);
const ranges: number[] = LaserScan.decode(BYTES).ranges;
// @ts-expect-error: bigints are not numbers
LaserScan.encode({ ranges: new BigInt64Array(1) }, TIME);
const cubes: readonly CubePrimitiveInit[] = [{}];
SceneUpdate.encode({ entities: [{ cubes }] }, TIME);

// Enums are numbers with names.
Log.encode({ level: LogLevel.INFO }, TIME);
Log.encode({ level: 2 }, TIME);
// @ts-expect-error: there is no level 6
Log.encode({ level: 6 }, TIME);
// @ts-expect-error: names are not values
Log.encode({ level: "INFO" }, TIME);
const level: LogLevel = Log.decode(BYTES).level;

// A schema is a codec, also for clients.
const codec: Codec<PoseInFrame, PoseInFrameInit> = PoseInFrame;
const schema: MessageSchema<bigint, bigint | Date> = Timestamp;
const client = await FoxgloveClient.connect("ws://localhost:8765");
for await (const { value } of client.subscribe("/pose", PoseInFrame)) {
  const received: PoseInFrame = value;
  console.log(received);
}

console.log(x, read, position, certain, incomplete, fromJson, ranges, level, codec, schema);
