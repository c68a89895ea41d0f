// Cases: channels, and the messages on them.

import type { ProtocolError } from "../../../src/protocol/protocol_error.ts";
import { equal, includes } from "../expect.ts";
import { type Cases, hear, next } from "../stage.ts";
import { pattern } from "../text.ts";

export const MESSAGE_CASES: Cases = {
  "waitForChannel() gives channels that are there, and that come": async ({ robot, connect }) => {
    await robot.addChannel({ topic: "/a", encoding: "json", schemaName: "A", metadata: { from: "arm" } });
    const client = await connect();
    const { topic, schemaName, schemaEncoding, metadata } = await client.waitForChannel("/a");
    equal({ topic, schemaName, schemaEncoding, metadata }, {
      topic: "/a",
      schemaName: "A",
      schemaEncoding: "jsonschema",
      metadata: { from: "arm" },
    });
    const waiting = client.waitForChannel("/b");
    await robot.addChannel({ topic: "/b", encoding: "protobuf", schemaName: "B", schema: Uint8Array.of(0, 127, 255) });
    equal((await waiting).schema, Uint8Array.of(0, 127, 255));
  },

  "a channel that is removed is told": async ({ robot, connect }) => {
    await robot.addChannel({ topic: "/a", encoding: "json" });
    const client = await connect();
    const channel = await client.waitForChannel("/a");
    const gone = hear(client, "onUnadvertise");
    await robot.removeChannel("/a");
    equal(await next(gone), [[channel]]);
    equal(client.channels.size, 0);
  },

  "subscribe() has messages read as JSON": async ({ robot, connect }) => {
    await robot.addChannel({ topic: "/a", encoding: "json" });
    const client = await connect();
    const errors = hear(client, "onError");
    const messages = client.subscribe("/a");
    const values = messages.json();
    await robot.send("/a", [{ payload: '{"is":"ü😀"}' }, { payload: "{" }, { payload: '{"is":2}' }]);
    equal((await next(values)).value, { is: "ü😀" });
    equal((await next(values)).value, { is: 2 });
    includes(((await next(errors))[0] as ProtocolError).message, "/a");
    equal([messages.undecodable, messages.dropped], [1, 0]);
  },

  "subscribe() has messages decoded by the client's decoders": async ({ robot, connect }) => {
    await robot.addChannel({ topic: "/a", encoding: "raw", schemaName: "Sum" });
    const sum = (payload: Uint8Array) => payload.reduce((sum, byte) => sum + byte, 0);
    const client = await connect({ decoders: { raw: ({ schemaName }) => (payload) => [schemaName, sum(payload)] } });
    const values = client.subscribe("/a").decoded();
    await robot.send("/a", [{ payload: Uint8Array.of(1, 2, 250) }]);
    equal((await next(values)).value, ["Sum", 253]);
  },

  "subscribe() takes a predicate": async ({ robot, connect }) => {
    for (const topic of ["/arm/1", "/leg/1"]) await robot.addChannel({ topic, encoding: "json" });
    const client = await connect();
    const errors = hear(client, "onError");
    client.subscribe(({ topic }) => {
      throw new RangeError(`what is ${topic}?`);
    });
    equal((await next(errors)).map(String), ["RangeError: what is /arm/1?"]);
    const arms = client.subscribe(({ topic }) => topic.startsWith("/arm/"));
    await robot.send("/arm/1", [{ payload: "1" }]);
    equal((await next(arms)).channel.topic, "/arm/1");
    await robot.addChannel({ topic: "/arm/2", encoding: "json" });
    await robot.send("/arm/2", [{ payload: "2" }]);
    equal((await next(arms)).channel.topic, "/arm/2");
    equal(arms.channels.map(({ topic }) => topic), ["/arm/1", "/arm/2"]);
  },

  "a subscription that is closed is taken back": async ({ robot, connect }) => {
    await robot.addChannel({ topic: "/a", encoding: "json" });
    const client = await connect();
    const messages = client.subscribe("/a");
    await robot.send("/a", [{ payload: "1" }]);
    for await (const { payload } of messages) {
      equal(payload, Uint8Array.of(0x31));
      break;
    }
    equal(await robot.noticed("unsubscribe"), "/a");
  },

  "payloads arrive byte by byte, from none to 1 MiB": async ({ robot, connect }) => {
    await robot.addChannel({ topic: "/a", encoding: "raw" });
    const client = await connect();
    const messages = client.subscribe("/a");
    const sizes = [0, 1, 65_535, 65_536, 1 << 20];
    await robot.send("/a", sizes.map((payload) => ({ payload })));
    for (const size of sizes) equal((await next(messages)).payload, pattern(size));
  },

  "timestamps are exact to the nanosecond": async ({ robot, connect }) => {
    await robot.addChannel({ topic: "/a", encoding: "raw" });
    const client = await connect();
    const messages = client.subscribe("/a");
    const timestamps = [0n, 2n ** 53n + 1n, 1_700_000_000_123_456_789n, 2n ** 64n - 1n];
    await robot.send("/a", timestamps.map((timestamp) => ({ timestamp, payload: 1 })));
    for (const timestamp of timestamps) equal((await next(messages)).timestamp, timestamp);
  },

  "a loop that is slow misses the oldest": async ({ robot, connect }) => {
    await robot.addChannel({ topic: "/a", encoding: "json" });
    const client = await connect();
    const slow = client.subscribe("/a", { maxQueued: 3 });
    const notes = hear(client, "onStatus");
    await robot.send("/a", Array.from({ length: 10 }, (_, index) => ({ payload: String(index) })));
    // Behind the messages.
    await robot.sendStatus(0, "that was all");
    await next(notes);
    equal([slow.queued, slow.dropped], [3, 7]);
    const values = slow.json();
    equal([(await next(values)).value, (await next(values)).value, (await next(values)).value], [7, 8, 9]);
  },
};
