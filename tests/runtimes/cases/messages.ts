// Cases: channels and their messages.

import type { ReceivedMessage } from "../../../src/client/subscription.ts";
import { UpdateQueue } from "../../../src/client/update_queue.ts";
import { protobuf } from "../../../src/codecs/protobuf/protobuf.ts";
import type { ProtocolError } from "../../../src/protocol/protocol_error.ts";
import { expectEqual, expectIncludes } from "../expect.ts";
import { type Cases, next, recordHook } from "../fixture.ts";
import { BATTERY_PROTO } from "../../support/battery_proto.ts";
import { testBytes } from "../text.ts";

export const MESSAGE_CASES: Cases = {
  "waitForChannel() resolves with existing and with new channels": async ({ server, connect }) => {
    await server.addChannel({ topic: "/a", encoding: "json", schemaName: "A", metadata: { from: "arm" } });
    const client = await connect();
    const { topic, schemaName, schemaEncoding, metadata } = await client.waitForChannel("/a");
    expectEqual({ topic, schemaName, schemaEncoding, metadata }, {
      topic: "/a",
      schemaName: "A",
      schemaEncoding: "jsonschema",
      metadata: { from: "arm" },
    });
    const waiting = client.waitForChannel("/b");
    await server.addChannel({ topic: "/b", encoding: "protobuf", schemaName: "B", schema: Uint8Array.of(0, 127, 255) });
    expectEqual((await waiting).schema, Uint8Array.of(0, 127, 255));
  },

  "a removed channel is reported": async ({ server, connect }) => {
    await server.addChannel({ topic: "/a", encoding: "json" });
    const client = await connect();
    const channel = await client.waitForChannel("/a");
    const gone = recordHook(client, "onUnadvertise");
    await server.removeChannel("/a");
    expectEqual(await next(gone), [[channel], "removed"]);
    expectEqual(client.channels.size, 0);
  },

  "subscribe() decodes messages as JSON": async ({ server, connect }) => {
    await server.addChannel({ topic: "/a", encoding: "json" });
    const client = await connect();
    const errors = recordHook(client, "onError");
    const messages = client.subscribe("/a");
    const values = messages.json();
    await server.send("/a", [{ payload: '{"is":"ü😀"}' }, { payload: "{" }, { payload: '{"is":2}' }]);
    expectEqual((await next(values)).value, { is: "ü😀" });
    expectEqual((await next(values)).value, { is: 2 });
    expectIncludes(((await next(errors))[0] as ProtocolError).message, "/a");
    expectEqual([messages.undecodable, messages.dropped], [1, 0]);
  },

  "subscribe() decodes messages with the client's decoders": async ({ server, connect }) => {
    await server.addChannel({ topic: "/a", encoding: "raw", schemaName: "Sum" });
    const sum = (payload: Uint8Array) => payload.reduce((sum, byte) => sum + byte, 0);
    const client = await connect({ decoders: { raw: ({ schemaName }) => (payload) => [schemaName, sum(payload)] } });
    const values = client.subscribe("/a").decoded();
    await server.send("/a", [{ payload: Uint8Array.of(1, 2, 250) }]);
    expectEqual((await next(values)).value, ["Sum", 253]);
  },

  "subscribe() decodes protobuf with the server's descriptor": async ({ server, connect }) => {
    await server.addChannel({ ...BATTERY_PROTO, topic: "/battery" });
    const client = await connect();
    const { schemaName: type, schema: descriptor } = BATTERY_PROTO;
    const value = { volts: 12.6, name: "ü" };
    const payload = protobuf({ descriptor, type }).encode(value, { timestamp: 0n }) as Uint8Array;
    const values = client.subscribe("/battery").decoded();
    await server.send("/battery", [{ payload }]);
    expectEqual((await next(values)).value, value);
  },

  "subscribe() decodes messages with a codec": async ({ server, connect }) => {
    for (const topic of ["/a", "/b"]) await server.addChannel({ topic, encoding: topic === "/a" ? "raw" : "text" });
    const client = await connect();
    const errors = recordHook(client, "onError");
    const decoder = { encoding: "raw", decode: ([first = 0]: Uint8Array) => first };
    const values = client.subscribe(() => true, decoder);
    expectEqual((await next(errors)).map(String), [
      'TypeError: Cannot decode "/b": its encoding is "text", not "raw"',
    ]);
    await server.send("/a", [{ payload: Uint8Array.of(7) }]);
    expectEqual((await next(values)).value, 7);
    expectEqual(values.channels.map(({ topic }) => topic), ["/a"]);
  },

  "subscribe() accepts a predicate": async ({ server, connect }) => {
    for (const topic of ["/arm/1", "/leg/1"]) await server.addChannel({ topic, encoding: "json" });
    const client = await connect();
    const errors = recordHook(client, "onError");
    client.subscribe(({ topic }) => {
      throw new RangeError(`what is ${topic}?`);
    });
    expectEqual((await next(errors)).map(String), ["RangeError: what is /arm/1?"]);
    const arms = client.subscribe(({ topic }) => topic.startsWith("/arm/"));
    await server.send("/arm/1", [{ payload: "1" }]);
    expectEqual((await next(arms)).channel.topic, "/arm/1");
    await server.addChannel({ topic: "/arm/2", encoding: "json" });
    await server.send("/arm/2", [{ payload: "2" }]);
    expectEqual((await next(arms)).channel.topic, "/arm/2");
    expectEqual(arms.channels.map(({ topic }) => topic), ["/arm/1", "/arm/2"]);
  },

  "subscribe() calls onMessage": async ({ server, connect }) => {
    await server.addChannel({ topic: "/a", encoding: "json" });
    const client = await connect();
    const errors = recordHook(client, "onError");
    const received = new UpdateQueue<ReceivedMessage>({ maxQueued: Infinity });
    const messages = client.subscribe("/a", {
      onMessage(message) {
        received.push(message);
        throw new RangeError("mine");
      },
    });
    await server.send("/a", [{ timestamp: 5n, payload: "1" }, { timestamp: 6n, payload: "2" }]);
    expectEqual([(await next(received)).payload, (await next(received)).timestamp], [Uint8Array.of(0x31), 6n]);
    expectEqual([await next(errors), await next(errors)].map(String), ["RangeError: mine", "RangeError: mine"]);
    messages.close();
    expectEqual(await server.nextEvent("unsubscribe"), "/a");
  },

  "a closed subscription is unsubscribed on the server": async ({ server, connect }) => {
    await server.addChannel({ topic: "/a", encoding: "json" });
    const client = await connect();
    const messages = client.subscribe("/a");
    await server.send("/a", [{ payload: "1" }]);
    for await (const { payload } of messages) {
      expectEqual(payload, Uint8Array.of(0x31));
      break;
    }
    expectEqual(await server.nextEvent("unsubscribe"), "/a");
  },

  "payloads of 0 bytes to 1 MiB arrive unchanged": async ({ server, connect }) => {
    await server.addChannel({ topic: "/a", encoding: "raw" });
    const client = await connect();
    const messages = client.subscribe("/a");
    const sizes = [0, 1, 65_535, 65_536, 1 << 20];
    await server.send("/a", sizes.map((payload) => ({ payload })));
    for (const size of sizes) expectEqual((await next(messages)).payload, testBytes(size));
  },

  "timestamps are exact to the nanosecond": async ({ server, connect }) => {
    await server.addChannel({ topic: "/a", encoding: "raw" });
    const client = await connect();
    const messages = client.subscribe("/a");
    const timestamps = [0n, 2n ** 53n + 1n, 1_700_000_000_123_456_789n, 2n ** 64n - 1n];
    await server.send("/a", timestamps.map((timestamp) => ({ timestamp, payload: 1 })));
    for (const timestamp of timestamps) expectEqual((await next(messages)).timestamp, timestamp);
  },

  "a slow loop loses the oldest messages": async ({ server, connect }) => {
    await server.addChannel({ topic: "/a", encoding: "json" });
    const client = await connect();
    const slow = client.subscribe("/a", { maxQueued: 3 });
    const notes = recordHook(client, "onStatus");
    await server.send("/a", Array.from({ length: 10 }, (_, index) => ({ payload: String(index) })));
    // This status arrives after the messages.
    await server.sendStatus(0, "that was all");
    await next(notes);
    expectEqual([slow.queued, slow.dropped], [3, 7]);
    const values = slow.json();
    expectEqual([(await next(values)).value, (await next(values)).value, (await next(values)).value], [7, 8, 9]);
  },
};
