// Types of the helpers for Foxglove's messages. This file is only checked, not run.

import type { ChannelHandle, Logger as ServerLogger } from "../../mod.ts";
import {
  encodePng,
  type EulerAngles,
  eulerFromQuaternion,
  type LogChannel,
  type Logger,
  type LogInit,
  logTo,
  packPoints,
  type PointCloudInit,
  type PoseInit,
  type Quaternion,
  quaternionFromEuler,
  rawImage,
  type RawImageInit,
} from "../../src/schemas/mod.ts";

// Angles are optional, and a full quaternion is part of a pose.
const quaternion: Quaternion = quaternionFromEuler({ yaw: 1 });
const pose: PoseInit = { orientation: quaternionFromEuler({}) };
const angles: EulerAngles = eulerFromQuaternion(quaternion);
// @ts-expect-error: the name of the angle is yaw
quaternionFromEuler({ heading: 1 });
// @ts-expect-error: an angle is a number
quaternionFromEuler({ yaw: "1" });
// @ts-expect-error: w is missing
eulerFromQuaternion({ x: 0, y: 0, z: 0 });

// Coordinates are any arrays of numbers.
const cloud: PointCloudInit = packPoints({ x: [1], y: new Float32Array(1), z: [0] as const, pose, timestamp: 1n });
packPoints({ x: [], y: [], z: [], intensity: new Uint16Array(), rgba: new Uint8ClampedArray(), frame_id: "lidar" });
// @ts-expect-error: z is missing
packPoints({ x: [1], y: [1] });
// @ts-expect-error: bigints are not coordinates
packPoints({ x: new BigInt64Array(1), y: [1], z: [1] });
// @ts-expect-error: colours are bytes or uint32
packPoints({ x: [1], y: [1], z: [1], rgba: [255, 0, 0, 255] });
// @ts-expect-error: the name of the frame has an underscore, as in the schema
packPoints({ x: [1], y: [1], z: [1], frameId: "lidar" });
// @ts-expect-error: times are bigints in ns
packPoints({ x: [1], y: [1], z: [1], timestamp: 1 });

// Pixels are bytes of any kind, and encodings are known.
const image: RawImageInit = rawImage({ width: 1, height: 1, encoding: "16UC1", data: new Uint16Array(1), step: 2 });
rawImage({ width: 1, height: 1, encoding: "rgb8", data: new ArrayBuffer(3), frame_id: "camera", timestamp: 1n });
// @ts-expect-error: there is no such encoding
rawImage({ width: 1, height: 1, encoding: "rgb24", data: new Uint8Array(3) });
// @ts-expect-error: a list of numbers is not bytes
rawImage({ width: 1, height: 1, encoding: "rgb8", data: [1, 2, 3] });

// PNG files are bytes of the caller.
const file: Uint8Array<ArrayBuffer> = await encodePng({ width: 1, height: 1, data: new Uint8ClampedArray(4) });
// @ts-expect-error: the height is missing
encodePng({ width: 1, data: new Uint8Array(4) });

// Everything that sends log lines is a channel, and the result is a logger of the server.
const channel: LogChannel = { send: (line: LogInit) => void line.message };
declare const typed: ChannelHandle<LogInit>;
const log: Logger = logTo(channel, { name: "arm", logger: console });
const serverLogger: ServerLogger = logTo(() => typed, { logger: false });
logTo((): LogChannel | undefined => undefined);
logTo(channel, { logger: serverLogger });
log.warn("text", 1, new Error("text"));
// @ts-expect-error: a channel of other values
logTo({ send: (line: { x: number }) => void line.x });
// @ts-expect-error: a logger has four methods
logTo(channel, { logger: { info() {} } });
// @ts-expect-error: messages are text
log.info(5);

export type Used = [typeof pose, typeof angles, typeof cloud, typeof image, typeof file, typeof serverLogger];
