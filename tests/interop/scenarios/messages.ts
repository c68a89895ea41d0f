// The scenarios of the matrix that every pair supports: connection, channels, messages, client channels.

import { assertEquals } from "@std/assert/equals";
import { encodeBase64 } from "../../../src/protocol/base64.ts";
import { bytes } from "../../support/conversation.ts";
import type { Scenario } from "../scenario.ts";
import { FIXTURE, type WireChannel } from "../fixture.ts";

const LATE: WireChannel = {
  topic: "/late",
  encoding: "json",
  schemaName: "Late",
  schemaEncoding: "jsonschema",
  schema: '{"type":"object"}',
};

/** The server has advertised its schema before. */
const KNOWN: WireChannel = { ...FIXTURE.channels[0]!, topic: "/odom_late" };

/** Some timestamps are too large for a `number`. */
const MESSAGES: readonly { timestamp: bigint; payload: Uint8Array }[] = [
  { timestamp: 1_700_000_000_123_456_789n, payload: bytes('{"x":1}') },
  { timestamp: 9_007_199_254_740_993n, payload: bytes("") },
  { timestamp: 18_446_744_073_709_551_615n, payload: Uint8Array.from({ length: 256 }, (_, index) => 255 - index) },
  { timestamp: 0n, payload: new Uint8Array(100_000).fill(7) },
];

export const CONNECT: Scenario = {
  name: "connect",
  description: "the handshake and `serverInfo`",
  run({ serverInfo, client, subprotocol }) {
    const { name, capabilities, supportedEncodings, sessionId } = serverInfo;
    assertEquals([name, supportedEncodings, sessionId], [FIXTURE.name, ["json"], FIXTURE.sessionId]);
    const common = ["clientPublish", "parameters", "parametersSubscribe", "services", "time"];
    assertEquals(common.filter((capability) => !capabilities.includes(capability)), []);
    assertEquals(client.subprotocol, subprotocol);
    return Promise.resolve();
  },
};

export const CHANNELS: Scenario = {
  name: "channels",
  description: "text, binary and shared schemas; metadata; channels that are added later, removed, and added again",
  async run({ server, client }) {
    for (const channel of FIXTURE.channels) assertEquals(await client.waitForChannel(channel.topic), channel);
    for (const channel of [LATE, KNOWN, LATE]) {
      const { topic } = channel;
      await server.execute({ type: "addChannel", channel });
      assertEquals(await client.waitForChannel(topic), channel);
      await server.execute({ type: "removeChannel", topic });
      await client.waitForRemoval(topic);
    }
  },
};

export const NO_SCHEMA: Scenario = {
  name: "channel without a schema",
  description: "a JSON channel with an empty schema, which the server may complete, and its messages",
  async run({ server, client }) {
    const channel = { topic: "/bare", encoding: "json", schemaName: "", schemaEncoding: "", schema: "" };
    await server.execute({ type: "addChannel", channel });
    // Some servers add a name, others a schema that allows every object.
    const { topic, encoding, schema } = await client.waitForChannel("/bare");
    const any = schema === "" ? "" : '{"type":"object"}';
    assertEquals({ topic, encoding, schema }, { topic: "/bare", encoding: "json", schema: any });
    const subscription = await client.subscribe("/bare");
    await server.nextEvent("subscribe");
    const payload = bytes('{"x":4}');
    await server.execute({ type: "sendMessage", topic, timestamp: "6", payload: encodeBase64(payload) });
    assertEquals(await subscription.next(), { timestamp: 6n, payload });
    subscription.close();
    await server.execute({ type: "removeChannel", topic });
    await client.waitForRemoval(topic);
  },
};

export const DATA: Scenario = {
  name: "data",
  description: "messages in order, byte by byte, with timestamps in nanoseconds",
  async run({ server, client }) {
    const subscription = await client.subscribe("/points");
    assertEquals(await server.nextEvent("subscribe"), { event: "subscribe", topic: "/points" });
    for (const { timestamp, payload } of MESSAGES) {
      await server.execute({
        type: "sendMessage",
        topic: "/points",
        timestamp: String(timestamp),
        payload: encodeBase64(payload),
      });
    }
    for (const message of MESSAGES) assertEquals(await subscription.next(), message);
    subscription.close();
  },
};

export const PUBLISH: Scenario = {
  name: "client publish",
  description: "a client channel and its messages, also an empty one",
  needs: "clientPublish",
  async run({ server, client }) {
    const channel = { topic: "/cmd", encoding: "json", schemaName: "Cmd" };
    const channelId = client.advertise(channel);
    assertEquals(await server.nextEvent("advertise"), { event: "advertise", ...channel });
    for (const payload of [bytes('{"go":"größer"}'), bytes("")]) {
      client.publish(channelId, payload);
      const message = { event: "message", topic: "/cmd", payload: encodeBase64(payload) };
      assertEquals(await server.nextEvent("message"), message);
    }
    client.unadvertise(channelId);
    assertEquals(await server.nextEvent("unadvertise"), { event: "unadvertise", topic: "/cmd" });
  },
};
