// protobuf() with messages of PyPI's foxglove-sdk, and with PyPI's protobuf as another reader and writer.

import { assertEquals } from "@std/assert/equals";
import { FoxgloveClient } from "../../src/client/client.ts";
import { protobuf } from "../../src/codecs/protobuf/protobuf.ts";
import type { Channel } from "../../src/protocol/channels.ts";
import { decodeBase64, encodeBase64 } from "../../src/protocol/base64.ts";
import { PYTHON } from "../../tools/peers.ts";
import { DESCRIPTOR } from "../codecs/protobuf/fixtures/descriptor.ts";
import { completed, createOracle, randomValue } from "../codecs/protobuf/oracle.ts";
import { Random } from "../protocol/random.ts";
import { Inbox } from "./inbox.ts";
import { LineProcess } from "./line_process.ts";
import { SCENARIO_LIMIT_MS } from "./scenario.ts";
import { testWithPython } from "./test_with_python.ts";

type Value = Record<string, unknown>;

const SEED = Number(Math.random().toString().slice(2, 11));
const ROUNDS = 200;
const TIME = 1_700_000_000_123_456_789n;
const POSE = { position: { x: 1.5, y: -2, z: 0 }, orientation: { x: 0, y: 0, z: 0.6, w: 0.8 } };

/** The values of peers/rust_messages.py, as our codec reads them. */
const EXPECTED: Readonly<Record<string, Value>> = {
  "/log": { timestamp: TIME, level: 3, message: "größer", name: "arm", file: "", line: 42 },
  "/pose": { timestamp: TIME, frame_id: "map", pose: POSE },
  "/scan": { frame_id: "", pose: POSE, start_angle: -1.5, end_angle: 0, ranges: [1, 2.5, Infinity], intensities: [] },
  "/points": {
    frame_id: "",
    point_stride: 4,
    fields: [{ name: "x", offset: 0, type: 7 }],
    data: Uint8Array.from({ length: 256 }, (_, index) => index),
  },
};

testWithPython(
  "protobuf() decodes what the SDK's server sends, by the schema of its channels",
  ["foxglove-sdk"],
  async () => {
    const inbox = new Inbox();
    await using server = new LineProcess(PYTHON, [path("rust_messages.py")], (line) => {
      inbox.push("port" in line ? "port" : "subscribed", line);
    });
    const { port } = await inbox.next("port");
    const signal = AbortSignal.timeout(SCENARIO_LIMIT_MS);
    await using client = await FoxgloveClient.connect(`ws://127.0.0.1:${port}`, { signal });
    const topics = ["/log", "/pose", "/scan", "/points", "/scene", "/fix"];
    const subscriptions = topics.map((topic) => client.subscribe(topic));
    for (const _topic of topics) await inbox.next("subscribed");
    await server.writeLine({});
    const values: Record<string, Value> = {};
    for (const subscription of subscriptions) {
      for await (const { channel, payload } of subscription) {
        values[channel.topic] = decode(channel, payload);
        break;
      }
    }
    const { "/scene": scene, "/fix": fix, ...others } = values;
    assertEquals(others, EXPECTED);
    const [entity] = scene?.entities as Value[];
    assertEquals([entity?.timestamp, entity?.id, entity?.lifetime], [TIME, "box", -1_500_000_000n]);
    assertEquals(entity?.metadata, [{ key: "kind", value: "crate" }]);
    assertEquals(entity?.cubes, [{ size: { x: 1, y: 0, z: 0 }, color: { r: 1, g: 0, b: 0, a: 0.5 } }]);
    assertEquals([fix?.latitude, fix?.position_covariance], [52.5, [0, 1, 2, 3, 4, 5, 6, 7, 8]]);
    assertEquals([fix?.position_covariance_type, "heading" in (fix ?? {}), "color" in (fix ?? {})], [3, true, false]);
  },
);

testWithPython("protobuf() and Python's protobuf read each other's messages", ["protobuf"], async () => {
  const inbox = new Inbox();
  const args = [path("python_protobuf.py"), encodeBase64(DESCRIPTOR)];
  await using python = new LineProcess(PYTHON, args, (line) => inbox.push("answer", line));
  const codec = protobuf<Value>({ descriptor: DESCRIPTOR, type: "test.Everything" });
  const type = createOracle(DESCRIPTOR).lookupType("test.Everything");
  const random = new Random(SEED);
  for (let round = 0; round < ROUNDS; round++) {
    const value = randomValue(random, type);
    const payload = encodeBase64(codec.encode(value, { timestamp: 0n }) as Uint8Array);
    await python.writeLine({ type: "test.Everything", payload });
    const answer = await inbox.next("answer");
    const expected = completed(type, value);
    // Python reads our bytes and writes its own, and JSON.
    assertEquals(codec.decode(decodeBase64(answer.payload)), expected, `seed ${SEED}`);
    assertEquals(codec.json?.decode(new TextEncoder().encode(answer.json)), expected, `seed ${SEED}`);
  }
});

function decode({ schema, schemaName }: Channel, payload: Uint8Array): Value {
  return protobuf<Value>({ descriptor: schema as Uint8Array, type: schemaName }).decode(payload);
}

function path(file: string): string {
  return `${import.meta.dirname}/peers/${file}`;
}
