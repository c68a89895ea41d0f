// MessageSchema: defaults, optional members, accepted values, and the errors of wrong ones.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { decoderFor } from "../../src/codecs/decoder_for.ts";
import {
  CameraCalibration,
  Color,
  CompressedImage,
  Duration,
  Event,
  FrameTransforms,
  JointState,
  JointStates,
  LaserScan,
  LinePrimitive,
  LineType,
  LocationFix,
  Log,
  LogLevel,
  type MessageSchema,
  Odometry,
  PointCloud,
  Pose,
  PoseInFrame,
  Quaternion,
  SceneEntity,
  SceneUpdate,
  TextAnnotation,
  Timestamp,
  TriangleListPrimitive,
} from "../../src/schemas/mod.ts";
import { byteSources, SAME_BYTES } from "../support/byte_sources.ts";

const TIME = 1_700_000_000_123_456_789n;
const CONTEXT = { timestamp: TIME };
const IDENTITY = { position: { x: 0, y: 0, z: 0 }, orientation: { x: 0, y: 0, z: 0, w: 1 } };
const WHITE = { r: 1, g: 1, b: 1, a: 1 };

/** Returns the value that is read after `value` was written. Both encodings must give the same. */
function roundTrip<Out, In>(schema: MessageSchema<Out, In>, value: In): Out {
  const read = schema.decode(new Uint8Array(schema.encode(value, CONTEXT) as Uint8Array));
  const text = schema.json.encode(value, CONTEXT) as string;
  assertEquals(schema.json.decode(new TextEncoder().encode(text)), read);
  return read;
}

/** Asserts that neither encoding accepts `value`. */
function assertRejected<Out, In>(schema: MessageSchema<Out, In>, value: unknown, text: string): void {
  assertThrows(() => schema.encode(value as In, CONTEXT), TypeError, text);
  assertThrows(() => schema.json.encode(value as In, CONTEXT), TypeError, text);
}

Deno.test("MessageSchema.encode() writes the defaults of absent members", () => {
  assertEquals(roundTrip(Quaternion, {}), { x: 0, y: 0, z: 0, w: 1 });
  assertEquals(roundTrip(Color, { g: 0 }), { r: 1, g: 0, b: 1, a: 1 });
  assertEquals(roundTrip(Pose, {}), IDENTITY);
  assertEquals(roundTrip(PoseInFrame, {}), { timestamp: TIME, frame_id: "", pose: IDENTITY });
  assertEquals(roundTrip(TextAnnotation, {}), {
    timestamp: TIME,
    position: { x: 0, y: 0 },
    text: "",
    font_size: 12,
    text_color: WHITE,
    background_color: WHITE,
  });
  assertEquals(roundTrip(CompressedImage, {}), { timestamp: TIME, frame_id: "", data: new Uint8Array(0), format: "" });
});

Deno.test("MessageSchema.encode() writes absent messages, because apps expect them", () => {
  // timestamp, and pose with an empty position and the w of the orientation.
  const payload = PoseInFrame.encode({}, { timestamp: 1_000_000_001n }) as Uint8Array;
  assertEquals(payload.toHex(), "0a0408011001" + "1a0d" + "0a00" + "1209" + "21000000000000f03f");
});

Deno.test("MessageSchema.encode() uses the log time for `timestamp` at any depth, but not for other times", () => {
  const { transforms } = roundTrip(FrameTransforms, { transforms: [{}, { timestamp: 5n }] });
  assertEquals(transforms.map(({ timestamp }) => timestamp), [TIME, 5n]);
  const { deletions, entities } = roundTrip(SceneUpdate, { deletions: [{}], entities: [{}] });
  assertEquals([deletions[0]?.timestamp, entities[0]?.timestamp, entities[0]?.lifetime], [TIME, TIME, 0n]);
  assertEquals(roundTrip(Event, {}), { start_time: 0n, end_time: 0n });
});

Deno.test("MessageSchema.encode() keeps optional members absent, also `timestamp`", () => {
  assertEquals(roundTrip(JointState, { name: "arm", velocity: 0 }), { name: "arm", velocity: 0 });
  assertEquals(Object.keys(roundTrip(LocationFix, {})).includes("heading"), false);
  assertEquals(roundTrip(LocationFix, { velocity: {}, color: {} }).velocity, { x: 0, y: 0, z: 0 });
  assertEquals(roundTrip(Odometry, { metadata: [{ key: "a" }] }).metadata, [{ key: "a", value: "" }]);
  assertEquals("pose_covariance" in roundTrip(Odometry, {}), false);
});

Deno.test("MessageSchema.encode() treats null and undefined as absent", () => {
  const absent = { frame_id: null, pose: undefined, timestamp: null };
  assertEquals(roundTrip(PoseInFrame, absent as never), roundTrip(PoseInFrame, {}));
  assertEquals(roundTrip(JointState, { name: undefined, effort: null } as never), { name: "" });
  assertEquals(roundTrip(LaserScan, { ranges: null } as never).ranges, []);
  assertEquals(roundTrip(CompressedImage, { data: null } as never).data, new Uint8Array(0));
  assertEquals(roundTrip(CameraCalibration, { K: null } as never).K, new Array(9).fill(0));
});

Deno.test("MessageSchema.encode() accepts dates, typed arrays and all kinds of bytes", () => {
  const date = new Date("2026-01-02T03:04:05.678Z");
  assertEquals(roundTrip(Log, { timestamp: date }).timestamp, 1_767_323_045_678_000_000n);
  for (const ranges of [[1, 2], Float64Array.of(1, 2), Float32Array.of(1, 2), Uint8Array.of(1, 2)]) {
    assertEquals(roundTrip(LaserScan, { ranges }).ranges, [1, 2]);
  }
  for (const indices of [[1, 2], Uint32Array.of(1, 2), Int8Array.of(1, 2), new Uint32Array([0, 1, 2]).subarray(1)]) {
    assertEquals(roundTrip(TriangleListPrimitive, { indices }).indices, [1, 2]);
  }
  for (const [name, data] of Object.entries(byteSources())) {
    assertEquals(roundTrip(CompressedImage, { data }).data, SAME_BYTES, name);
  }
});

Deno.test("MessageSchema.encode() writes lists of a fixed length", () => {
  const { position_covariance } = roundTrip(LocationFix, {});
  assertEquals(position_covariance, new Array(9).fill(0));
  assertEquals(roundTrip(CameraCalibration, { P: new Float64Array(12) }).P.length, 12);
  assertRejected(CameraCalibration, { K: [1, 2] }, '"K" must have 9 items, not 2');
  assertRejected(CameraCalibration, { K: [] }, '"K" must have 9 items, not 0');
  assertRejected(Odometry, { pose_covariance: new Float64Array(35) }, '"pose_covariance" must have 36 items, not 35');
  assertRejected(CameraCalibration, { K: "123456789" }, '"K" must be an array, not a string');
});

Deno.test("MessageSchema.encode() names the path of a wrong member", () => {
  const cubes = [{}, { pose: { position: { x: "1" } } }];
  assertRejected(
    SceneUpdate,
    { entities: [{ cubes }] },
    '"entities[0].cubes[1].pose.position.x" must be a number, not a string',
  );
  for (const [angle, kind] of [[Symbol(), "a symbol"], [5n, "5"], [{}, "an Object"]] as const) {
    assertRejected(LaserScan, { start_angle: angle }, `"start_angle" must be a number, not ${kind}`);
    assertRejected(LaserScan, { ranges: [angle] }, `"ranges[0]" must be a number, not ${kind}`);
  }
  assertRejected(PoseInFrame, { pose: 5 }, '"pose" must be an object, not 5');
  assertRejected(PoseInFrame, { pose: [] }, '"pose" must be an object, not an Array');
  assertRejected(PoseInFrame, { frame_id: 5 }, '"frame_id" must be a string, not 5');
  assertRejected(PoseInFrame, null, "the value must be an object, not null");
  assertRejected(PoseInFrame, 5n, "the value must be an object, not 5");
  assertRejected(Log, { level: "INFO" }, '"level" must be an integer such as LogLevel.FATAL, not a string');
  assertRejected(Log, { level: 1.5 }, '"level" must be an integer such as LogLevel.FATAL, not 1.5');
  assertRejected(Log, { line: -1 }, '"line" must be an integer from 0 to 4294967295, not -1');
  assertRejected(Log, { timestamp: 1_700_000_000 }, '"timestamp" must be a bigint of nanoseconds or a valid Date');
  assertRejected(SceneEntity, { lifetime: 1 }, '"lifetime" must be a bigint of nanoseconds, not 1');
  assertRejected(SceneEntity, { frame_locked: 0 }, '"frame_locked" must be a boolean, not 0');
  assertRejected(SceneEntity, { cubes: {} }, '"cubes" must be an array, not an Object');
  assertRejected(SceneEntity, { cubes: [null] }, '"cubes[0]" must be an object, not null');
  assertRejected(LaserScan, { ranges: [1, undefined] }, '"ranges[1]" must be a number, not undefined');
  assertRejected(LaserScan, { ranges: new BigInt64Array(1) }, '"ranges" must be an array, not a BigInt64Array');
  assertRejected(TriangleListPrimitive, { indices: [1, 0.5] }, '"indices[1]" must be an integer from 0 to 4294967295');
  assertRejected(CompressedImage, { data: [1] }, '"data" must be bytes (a buffer or a view of one), not an Array');
});

Deno.test("MessageSchema.encode() rejects detached buffers", () => {
  const data = new Uint8Array(3);
  const ranges = new Float64Array(3);
  structuredClone(null, { transfer: [data.buffer, ranges.buffer] });
  assertRejected(CompressedImage, { data }, '"data" must be bytes (a buffer or a view of one), not a detached');
  assertRejected(LaserScan, { ranges }, '"ranges" must be an array, not a detached Float64Array');
});

Deno.test("MessageSchema.encode() works after an error", () => {
  const before = new Uint8Array(SceneUpdate.encode({ entities: [{ id: "a" }] }, CONTEXT) as Uint8Array);
  assertThrows(() => SceneUpdate.encode({ entities: [{ id: "b" }, { id: 5 as never }] }, CONTEXT));
  assertEquals(SceneUpdate.encode({ entities: [{ id: "a" }] }, CONTEXT), before);
});

Deno.test("MessageSchema.encode() passes on the error of a getter", () => {
  const error = new Error("no position");
  const value = {
    get frame_id(): string {
      throw error;
    },
  };
  const { encode, json } = PoseInFrame;
  for (const each of [encode, json.encode]) {
    assertEquals(assertThrows(() => each(value, CONTEXT)), error);
  }
});

Deno.test("MessageSchema.encode() is safe if a getter encodes another message of the type", () => {
  let inner: Uint8Array | undefined;
  const value = {
    timestamp: 7n,
    get frame_id(): string {
      inner = new Uint8Array(PoseInFrame.encode({ frame_id: "inner" }, CONTEXT) as Uint8Array);
      return "outer";
    },
    pose: { position: { x: 3 } },
  };
  const outer = PoseInFrame.decode(PoseInFrame.encode(value, CONTEXT) as Uint8Array);
  assertEquals([outer.timestamp, outer.frame_id, outer.pose.position.x], [7n, "outer", 3]);
  assertEquals(inner && PoseInFrame.decode(inner).frame_id, "inner");
});

Deno.test("MessageSchema.json.encode() rejects NaN and infinities with their path", () => {
  const text = (path: string, value: string) =>
    `"${path}" must be a finite number in JSON, not ${value}; send 0, or use protobuf`;
  assertThrows(
    () => LaserScan.json.encode({ ranges: [1, Infinity] }, CONTEXT),
    TypeError,
    text("ranges[1]", "Infinity"),
  );
  assertThrows(
    () => LaserScan.json.encode({ ranges: Float64Array.of(NaN) }, CONTEXT),
    TypeError,
    text("ranges[0]", "NaN"),
  );
  assertThrows(
    () => PoseInFrame.json.encode({ pose: { position: { y: -Infinity } } }, CONTEXT),
    TypeError,
    text("pose.position.y", "-Infinity"),
  );
});

Deno.test("MessageSchema.json.encode() writes times as apps read them", () => {
  const text = SceneEntity.json.encode({ timestamp: TIME, lifetime: -1_500_000_000n }, CONTEXT) as string;
  const { timestamp, lifetime } = JSON.parse(text);
  assertEquals(timestamp, { sec: 1_700_000_000, nsec: 123_456_789 });
  // The nanoseconds count forward.
  assertEquals(lifetime, { sec: -2, nsec: 500_000_000 });
});

Deno.test("MessageSchema.json.encode() rejects times that JSON cannot express", () => {
  const timestamp = 2n ** 63n * 1_000_000_000n;
  assertThrows(() => Log.json.encode({ timestamp }, CONTEXT), TypeError, '"timestamp" must be a time whose seconds');
});

Deno.test("MessageSchema.check() finds unknown members in both encodings", () => {
  const value = { entities: [{ cubes: [{ pos: {} }] }] } as never;
  for (const { check } of [SceneUpdate, SceneUpdate.json]) {
    assertThrows(
      () => check?.(value),
      TypeError,
      '"entities[0].cubes[0].pos" is not a field of "foxglove.CubePrimitive"',
    );
    check?.({ entities: [{ cubes: [{ pose: {} }] }] });
  }
  assertThrows(() => Log.check({ frameId: "map" } as never), TypeError, '"frameId" is not a field of "foxglove.Log"');
  assertThrows(() => PoseInFrame.check({ frameId: "" } as never), TypeError, 'did you mean "frame_id"?');
});

Deno.test("MessageSchema.decode() returns all members for an empty payload", () => {
  assertEquals(PoseInFrame.decode(new Uint8Array(0)), { timestamp: 0n, frame_id: "", pose: IDENTITY });
  assertEquals(PoseInFrame.json.decode(new TextEncoder().encode("{}")), PoseInFrame.decode(new Uint8Array(0)));
  // A quaternion that is present, and whose components are all zero.
  assertEquals(Pose.decode(Uint8Array.fromHex("1200")).orientation, { x: 0, y: 0, z: 0, w: 0 });
});

Deno.test("MessageSchema.decode() merges a message that occurs twice", () => {
  const one = Uint8Array.fromHex("0a09" + "09000000000000f03f");
  const other = Uint8Array.fromHex("0a09" + "110000000000000040");
  assertEquals(Pose.decode(Uint8Array.of(...one, ...other)).position, { x: 1, y: 2, z: 0 });
});

Deno.test("MessageSchema.decode() reads packed and single items, and skips unknown fields", () => {
  const packed = "3210" + "000000000000f03f" + "0000000000000040";
  const single = "31" + "0000000000000840";
  const unknown = "f80701";
  assertEquals(LaserScan.decode(Uint8Array.fromHex(packed + unknown + single)).ranges, [1, 2, 3]);
});

Deno.test("MessageSchema.decode() returns bytes as views of the payload", () => {
  const payload = new Uint8Array(PointCloud.encode({ data: Uint8Array.of(1, 2, 3) }, CONTEXT) as Uint8Array);
  assertEquals(PointCloud.decode(payload).data.buffer === payload.buffer, true);
});

Deno.test("MessageSchema.decode() names the path of a malformed field", () => {
  assertThrows(
    () => PoseInFrame.decode(Uint8Array.fromHex("1a060a040900f03f")),
    Error,
    'Cannot decode "foxglove.PoseInFrame": "pose.position.x": 8 bytes are expected, but only 3 are left at byte 5',
  );
  assertThrows(
    () => Log.json.decode(new TextEncoder().encode('{"line":-1}')),
    Error,
    'Cannot decode "foxglove.Log" from JSON: "line" must be an integer from 0 to 4294967295, not -1',
  );
});

Deno.test("MessageSchema.json.decode() reads what other programs write", () => {
  const decode = (text: string) => Log.json.decode(new TextEncoder().encode(text));
  assertEquals(decode('{"level":"ERROR","timestamp":{"seconds":1,"nanos":5},"line":null,"other":1}'), {
    timestamp: 1_000_000_005n,
    level: LogLevel.ERROR,
    message: "",
    name: "",
    file: "",
    line: 0,
  });
});

Deno.test("decoderFor() reads either encoding with a MessageSchema", () => {
  assertEquals(decoderFor(Log, "protobuf"), Log);
  assertEquals(decoderFor(Log, "json"), Log.json);
  assertEquals(decoderFor(Log, "cdr"), undefined);
});

Deno.test("enums are objects with the numbers of protobuf", () => {
  assertEquals([LogLevel.FATAL, LineType.LINE_LIST], [5, 2]);
  assertEquals(roundTrip(LinePrimitive, { type: LineType.LINE_LOOP }).type, 1);
});

Deno.test("Timestamp and Duration are bigints, in the form of protobuf or of Foxglove's JSON", () => {
  assertEquals([Timestamp.schemaName, Timestamp.json.schemaName], ["google.protobuf.Timestamp", "foxglove.Timestamp"]);
  assertEquals(roundTrip(Timestamp, TIME), TIME);
  assertEquals(roundTrip(Timestamp, new Date(5)), 5_000_000n);
  assertEquals(roundTrip(Duration, -1n), -1n);
  assertEquals((Duration.encode(-1n, CONTEXT) as Uint8Array).toHex(), "10ffffffffffffffffff01");
  assertEquals(Duration.json.encode(-1n, CONTEXT), '{"sec":-1,"nsec":999999999}');
  assertRejected(Duration, 1, "must be a bigint of nanoseconds, not 1");
  assertThrows(() => Timestamp.decode(Uint8Array.of(8)), Error, 'Cannot decode "google.protobuf.Timestamp": ');
  Timestamp.check(TIME);
});

Deno.test("MessageSchema.encode() and decode() keep the joints of a robot", () => {
  const joints = Array.from(
    { length: 200 },
    (_, index) => ({ name: `joint ${index}`, position: index / 7, effort: 0 }),
  );
  assertEquals(roundTrip(JointStates, { joints }).joints, joints);
});
