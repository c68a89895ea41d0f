// The messages of ./schemas, compared with PyPI's foxglove-sdk, and read and written by PyPI's protobuf.

import { assertEquals } from "@std/assert/equals";
import { FoxgloveClient } from "../../src/client/client.ts";
import { ProtobufReader } from "../../src/codecs/protobuf/reader.ts";
import { decodeBase64, encodeBase64 } from "../../src/protocol/base64.ts";
import { LaserScan, LocationFix, Log, PointCloud, PoseInFrame, SceneUpdate } from "../../src/schemas/mod.ts";
import { PYTHON } from "../../tools/peers.ts";
import { Random } from "../protocol/random.ts";
import { completed, NAMES, randomMessage, schemaOf } from "../schemas/random_messages.ts";
import { within } from "../support/events.ts";
import { Inbox } from "./inbox.ts";
import { LineProcess } from "./line_process.ts";
import { testWithPython } from "./test_with_python.ts";

const SEED = Number(Math.random().toString().slice(2, 11));
const ROUNDS = 10;
const TIME = 1_700_000_000_123_456_789n;
const POSE = { position: { x: 1.5, y: -2, z: 0 }, orientation: { x: 0, y: 0, z: 0.6, w: 0.8 } };
const IDENTITY = { position: { x: 0, y: 0, z: 0 }, orientation: { x: 0, y: 0, z: 0, w: 1 } };

testWithPython("the protobuf schemas equal those of the SDK, byte by byte", ["foxglove-sdk"], async () => {
  const descriptors = await readSdkDescriptors();
  const ours = NAMES.map((name) => [`foxglove.${name}`, encodeBase64(schemaOf(name).schema as Uint8Array)]);
  assertEquals(Object.fromEntries(ours), descriptors);
});

testWithPython(
  "the messages are read and written by Python's protobuf with the SDK's descriptors",
  ["foxglove-sdk", "protobuf"],
  async () => {
    const inbox = new Inbox();
    const descriptor = encodeBase64(joinDescriptors(Object.values(await readSdkDescriptors())));
    const program = path("python_protobuf.py");
    await using python = new LineProcess(PYTHON, [program, descriptor], (line) => inbox.push("answer", line));
    const random = new Random(SEED);
    for (const name of NAMES) {
      const schema = schemaOf(name);
      for (let round = 0; round < ROUNDS; round++) {
        const value = randomMessage(random, name, "protobuf");
        const payload = encodeBase64(schema.encode(value, { timestamp: TIME }) as Uint8Array);
        await python.writeLine({ type: schema.schemaName, payload });
        const answer = await inbox.next("answer");
        const expected = completed(name, value, TIME, "protobuf");
        assertEquals(schema.decode(decodeBase64(answer.payload)), expected, `${name}, seed ${SEED}`);
      }
    }
  },
);

testWithPython("FoxgloveClient.subscribe() reads the SDK's channels with the schemas", ["foxglove-sdk"], async () => {
  const inbox = new Inbox();
  await using server = new LineProcess(PYTHON, [path("rust_messages.py")], (line) => {
    inbox.push("port" in line ? "port" : "subscribed", line);
  });
  const { port } = await inbox.next("port");
  await using client = await FoxgloveClient.connect(`ws://127.0.0.1:${port}`);
  const logs = client.subscribe("/log", Log);
  const poses = client.subscribe("/pose", PoseInFrame);
  const scans = client.subscribe("/scan", LaserScan);
  const clouds = client.subscribe("/points", PointCloud);
  const scenes = client.subscribe("/scene", SceneUpdate);
  const fixes = client.subscribe("/fix", LocationFix);
  for (let count = 0; count < 6; count++) await inbox.next("subscribed");
  await server.writeLine({});
  assertEquals(await first(logs), {
    timestamp: TIME,
    level: 3,
    message: "größer",
    name: "arm",
    file: "",
    line: 42,
  });
  assertEquals(await first(poses), { timestamp: TIME, frame_id: "map", pose: POSE });
  assertEquals(await first(scans), {
    timestamp: 0n,
    frame_id: "",
    pose: POSE,
    start_angle: -1.5,
    end_angle: 0,
    ranges: [1, 2.5, Infinity],
    intensities: [],
  });
  assertEquals(await first(clouds), {
    timestamp: 0n,
    frame_id: "",
    // The SDK leaves out the pose.
    pose: IDENTITY,
    point_stride: 4,
    fields: [{ name: "x", offset: 0, type: 7 }],
    data: Uint8Array.from({ length: 256 }, (_, index) => index),
  });
  const [entity] = (await first(scenes)).entities;
  assertEquals([entity?.id, entity?.lifetime, entity?.frame_locked], ["box", -1_500_000_000n, true]);
  assertEquals(entity?.metadata, [{ key: "kind", value: "crate" }]);
  assertEquals(entity?.cubes, [{ pose: IDENTITY, size: { x: 1, y: 0, z: 0 }, color: { r: 1, g: 0, b: 0, a: 0.5 } }]);
  const fix = await first(fixes);
  assertEquals([fix.latitude, fix.position_covariance, fix.heading], [52.5, [0, 1, 2, 3, 4, 5, 6, 7, 8], 0]);
  assertEquals(["color" in fix, "metadata" in fix], [false, false]);
});

/** Returns the descriptors of the SDK as base64, by schema name. */
async function readSdkDescriptors(): Promise<Record<string, unknown>> {
  const inbox = new Inbox();
  await using python = new LineProcess(PYTHON, [path("rust_schemas.py")], (line) => inbox.push("schemas", line));
  const schemas = await inbox.next("schemas");
  await python.end();
  return schemas;
}

/** Returns one descriptor with each file of the given ones. */
function joinDescriptors(descriptors: readonly unknown[]): Uint8Array {
  const files = new Map<string, Uint8Array>();
  for (const descriptor of descriptors) {
    const reader = new ProtobufReader(decodeBase64(String(descriptor)));
    while (reader.hasMore) {
      const tag = reader.tag();
      assertEquals(tag, FILE_TAG);
      const file = reader.bytes();
      files.set(encodeBase64(file), file);
    }
  }
  return Uint8Array.from([...files.values()].flatMap((file) => [FILE_TAG, ...varint(file.length), ...file]));
}

/** The tag of a file in a `FileDescriptorSet`. */
const FILE_TAG = 10;

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [value & 0x7f | 0x80, ...varint(value >>> 7)];
}

async function first<T>(messages: AsyncIterator<{ value: T }, undefined>): Promise<T> {
  const { value } = await within(messages.next(), "a message");
  if (!value) throw new Error("The subscription has ended");
  return value.value;
}

function path(file: string): string {
  return `${import.meta.dirname}/peers/${file}`;
}
