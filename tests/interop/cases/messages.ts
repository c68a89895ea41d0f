// The cases of the matrix about what everybody does: connecting, channels and their messages, and publishing.

import { assertEquals } from "@std/assert/equals";
import { encodeBase64 } from "../../../src/protocol/schema.ts";
import { bytes } from "../../support/conversation.ts";
import type { Case } from "../meeting.ts";
import { SCENE, type WireChannel } from "../scene.ts";

const LATE: WireChannel = {
  topic: "/late",
  encoding: "json",
  schemaName: "Late",
  schemaEncoding: "jsonschema",
  schema: '{"type":"object"}',
};

/** In their order, with times that no number can hold. */
const MESSAGES: readonly { timestamp: bigint; payload: Uint8Array }[] = [
  { timestamp: 1_700_000_000_123_456_789n, payload: bytes('{"x":1}') },
  { timestamp: 9_007_199_254_740_993n, payload: bytes("") },
  { timestamp: 18_446_744_073_709_551_615n, payload: Uint8Array.from({ length: 256 }, (_, index) => 255 - index) },
  { timestamp: 0n, payload: new Uint8Array(100_000).fill(7) },
];

export const CONNECT: Case = {
  name: "connect",
  about: "the handshake and `serverInfo`",
  run({ introduction, client, subprotocol }) {
    const { name, capabilities, supportedEncodings, sessionId } = introduction;
    assertEquals([name, supportedEncodings, sessionId], [SCENE.name, ["json"], SCENE.sessionId]);
    const common = ["clientPublish", "parameters", "parametersSubscribe", "services", "time"];
    assertEquals(common.filter((capability) => !capabilities.includes(capability)), []);
    assertEquals(client.subprotocol, subprotocol);
    return Promise.resolve();
  },
};

export const CHANNELS: Case = {
  name: "channels",
  about: "text and binary schemas; channels that are added and removed later",
  async run({ server, client }) {
    for (const channel of SCENE.channels) assertEquals(await client.channel(channel.topic), channel);
    await server.do({ do: "addChannel", channel: LATE });
    assertEquals(await client.channel("/late"), LATE);
    await server.do({ do: "removeChannel", topic: "/late" });
    await client.gone("/late");
  },
};

export const DATA: Case = {
  name: "data",
  about: "messages in order, byte by byte, with timestamps in nanoseconds",
  async run({ server, client }) {
    const feed = await client.subscribe("/points");
    assertEquals(await server.saw("subscribe"), { saw: "subscribe", topic: "/points" });
    for (const { timestamp, payload } of MESSAGES) {
      await server.do({
        do: "send",
        topic: "/points",
        timestamp: String(timestamp),
        payload: encodeBase64(payload),
      });
    }
    for (const message of MESSAGES) assertEquals(await feed.next(), message);
    feed.close();
  },
};

export const PUBLISH: Case = {
  name: "client publish",
  about: "a client channel and its messages, also an empty one",
  needs: "clientPublish",
  async run({ server, client }) {
    const channel = { topic: "/cmd", encoding: "json", schemaName: "Cmd" };
    const channelId = client.advertise(channel);
    assertEquals(await server.saw("advertise"), { saw: "advertise", ...channel });
    for (const payload of [bytes('{"go":"größer"}'), bytes("")]) {
      client.publish(channelId, payload);
      const message = { saw: "message", topic: "/cmd", payload: encodeBase64(payload) };
      assertEquals(await server.saw("message"), message);
    }
    client.unadvertise(channelId);
    assertEquals(await server.saw("unadvertise"), { saw: "unadvertise", topic: "/cmd" });
  },
};
