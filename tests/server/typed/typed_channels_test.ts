// FoxgloveServer.channel(): typed channels.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { Encoder } from "../../../src/codecs/codec.ts";
import { json } from "../../../src/codecs/json.ts";
import type { ChannelId } from "../../../src/protocol/ids.ts";
import type { MessageData } from "../../../src/protocol/message_data.ts";
import { CompressedImage, PoseInFrame } from "../../../src/schemas/mod.ts";
import { clientId, conversation, type FakeClient } from "../../support/conversation.ts";

/** An encoder that writes `x` as one byte, and counts its calls. */
class ByteEncoder implements Encoder<{ x: number }> {
  readonly encoding = "bytes";
  readonly schemaName = "Byte";
  readonly schemaEncoding = "text";
  readonly schema = "one byte";
  readonly timestamps: bigint[] = [];
  checks = 0;
  readonly #shared = new Uint8Array(1);

  encode({ x }: { x: number }, { timestamp }: { timestamp: bigint }): Uint8Array {
    if (x > 255) throw new TypeError('"x" is not a byte');
    this.timestamps.push(timestamp);
    this.#shared[0] = x;
    return this.#shared;
  }

  check(value: object): void {
    this.checks += 1;
    for (const name of Object.keys(value)) if (name !== "x") throw new TypeError(`unknown member "${name}"`);
  }
}

/** Takes all data messages, as payload and timestamp. */
function data(app: FakeClient): unknown[] {
  return app.takesAll().flatMap((message) =>
    message.op === "messageData" ? [[new TextDecoder().decode(message.payload), message.timestamp]] : []
  );
}

Deno.test("FoxgloveServer.channel() adds a channel with the encoder's encoding and schema, and the given options", () => {
  const { server } = conversation();
  const handle = server.channel("/x", new ByteEncoder(), { metadata: { unit: "m" } });
  const id: ChannelId = handle.id;
  assertEquals([handle.topic, server.channels.get(id)], ["/x", {
    id,
    topic: "/x",
    encoding: "bytes",
    schemaName: "Byte",
    schemaEncoding: "text",
    schema: "one byte",
    metadata: { unit: "m" },
  }]);
});

Deno.test("FoxgloveServer.channel() sends JSON without an encoder, and names the schema after the topic", () => {
  const { server, client } = conversation();
  const handle = server.channel("/arm/pose");
  assertEquals(server.channels.get(handle.id)?.schemaName, "arm/pose");
  assertEquals(server.channels.get(handle.id)?.schema, '{"type":"object"}');
  const app = client();
  app.subscribes(1, handle.id);
  handle.send({ a: 1 }, { timestamp: 5n });
  assertEquals(data(app), [['{"a":1}', 5n]]);
});

Deno.test("ChannelHandle.send() encodes once for all subscribers, with the timestamp of the message", () => {
  const { server, client } = conversation();
  const encoder = new ByteEncoder();
  const handle = server.channel("/x", encoder);
  const apps = [client(), client()];
  for (const app of apps) app.subscribes(1, handle.id);
  for (const app of apps) app.takesAll();
  handle.send({ x: 65 }, { timestamp: 7n });
  // The encoder reuses its memory, and the first message has left it.
  handle.send(() => ({ x: 66 }), { timestamp: 8n, to: clientId(2) });
  assertEquals(apps.map(data), [[["A", 7n]], [["A", 7n], ["B", 8n]]]);
  assertEquals([encoder.timestamps, encoder.checks], [[7n, 8n], 1]);
  handle.send({ x: 67 });
  const [, , now] = encoder.timestamps;
  assertEquals(data(apps[0]!), [["C", now]]);
});

Deno.test("ChannelHandle.send() encodes and checks the first value without subscribers, and no other", () => {
  const { server, client } = conversation();
  const encoder = new ByteEncoder();
  const handle = server.channel("/x", encoder);
  let calls = 0;
  const value = () => {
    calls += 1;
    return { x: 1 };
  };
  handle.send(value);
  handle.send(value);
  assertEquals([calls, encoder.timestamps.length, encoder.checks, handle.isActive], [1, 1, 1, false]);
  const app = client();
  app.subscribes(1, handle.id);
  assertEquals([handle.isActive, server.isActive(handle.id)], [true, true]);
  handle.send(value);
  assertEquals([calls, encoder.timestamps.length, encoder.checks], [2, 2, 1]);
  app.leaves();
  handle.send(value);
  assertEquals([calls, handle.isActive], [2, false]);
});

Deno.test("ChannelHandle.send() encodes for a latch without subscribers", () => {
  const { server, client } = conversation();
  const handle = server.channel("/x", new ByteEncoder(), { latch: true });
  assertEquals([handle.isActive, server.isActive(handle.id)], [true, true]);
  handle.send({ x: 65 }, { timestamp: 1n });
  handle.send({ x: 66 }, { timestamp: 2n });
  const app = client();
  app.subscribes(1, handle.id);
  assertEquals(data(app), [["B", 2n]]);
});

Deno.test("ChannelHandle.send() names topic and member if a value cannot be encoded, and sends nothing", () => {
  const { server, client } = conversation();
  const handle = server.channel("/x", new ByteEncoder());
  const text = 'Cannot send on "/x": "x" is not a byte';
  // The first value is encoded in any case, until one is right.
  assertThrows(() => handle.send({ x: 256 }), TypeError, text);
  assertThrows(() => handle.send({ x: 256 }), TypeError, text);
  const unknown = { x: 1, y: 2 };
  assertThrows(() => handle.send(unknown), TypeError, 'Cannot send on "/x": unknown member "y"');
  handle.send({ x: 1 });
  handle.send({ x: 256 });
  const app = client();
  app.subscribes(1, handle.id);
  app.takesAll();
  assertThrows(() => handle.send({ x: 256 }), TypeError, text);
  app.hearsNothing();
});

Deno.test("ChannelHandle.send() passes an error of the function on unchanged", () => {
  const { server } = conversation();
  const handle = server.channel<object>("/x");
  const error = new Error("no sensor");
  const failing = () => {
    throw error;
  };
  assertEquals(assertThrows(() => handle.send(failing)), error);
});

Deno.test("ChannelHandle.send() rejects a wrong timestamp, also without subscribers", () => {
  const { server } = conversation();
  const handle = server.channel("/x");
  handle.send({});
  assertThrows(() => handle.send({}, { timestamp: 5 as unknown as bigint }), TypeError, "its timestamp is a number");
  assertThrows(() => handle.send({}, { timestamp: -1n }), RangeError, "its timestamp is -1, not a uint64");
});

Deno.test("ChannelHandle.close() removes the channel, once, and send() throws then", () => {
  const { server, client } = conversation();
  const handle = server.channel("/x");
  const app = client();
  handle.close();
  handle[Symbol.dispose]();
  app.hears({ op: "unadvertise", channelIds: [handle.id] });
  app.hearsNothing();
  assertEquals([server.channels.size, handle.isActive, server.isActive(handle.id)], [0, false, false]);
  assertThrows(() => handle.send({}), RangeError, 'Cannot send on "/x": the channel is closed');
  // As with addChannel(), the topic can be used again.
  assertEquals(server.channel("/x").id === handle.id, false);
});

Deno.test("ChannelHandle.send() does nothing after the server was closed, and channel() throws", async () => {
  const { server } = conversation();
  const handle = server.channel("/x", new ByteEncoder(), { latch: true });
  handle.send({ x: 1 });
  await server.close({ graceMs: 0 });
  handle.send({ x: 256 });
  handle.send({ x: 1 }, { timestamp: -1n });
  assertThrows(() => server.channel("/y"), TypeError, "the server has been closed");
  handle.close();
});

Deno.test("ChannelHandle.send() can be nested in an encoder of another channel", () => {
  const { server, client } = conversation();
  const inner = server.channel("/inner");
  const outer = server.channel("/outer", {
    ...json<object>(),
    encode: (value) => {
      inner.send({ inner: true }, { timestamp: 2n });
      return JSON.stringify(value);
    },
  });
  const app = client();
  app.subscribes(1, inner.id);
  app.subscribes(2, outer.id);
  app.takesAll();
  outer.send({ outer: true }, { timestamp: 1n });
  assertEquals(data(app), [['{"inner":true}', 2n], ['{"outer":true}', 1n]]);
});

Deno.test("FoxgloveServer.isActive() is false for an unknown channel", () => {
  const { server } = conversation();
  assertEquals(server.isActive(99 as ChannelId), false);
});

Deno.test("FoxgloveServer.channel() ignores options that the encoder determines", () => {
  const { server } = conversation();
  const options = { topic: "/other", encoding: "json", schema: "x" };
  const handle = server.channel("/x", new ByteEncoder(), options as object);
  assertEquals(server.channels.get(handle.id)?.encoding, "bytes");
  assertEquals(handle.topic, "/x");
});

/** A value of which `frame_id` is computed when it is read. */
function computed(compute: () => string): { frame_id: string } {
  return {
    get frame_id() {
      return compute();
    },
  };
}

/** Takes the coordinate frames of all poses that arrived. */
function frameIds(app: FakeClient): string[] {
  return app.takesAll().flatMap((message) =>
    message.op === "messageData" ? [PoseInFrame.decode(message.payload).frame_id] : []
  );
}

Deno.test("ChannelHandle.send() writes protobuf into the frame: first, later and large messages arrive alike", () => {
  const { server, client } = conversation();
  const handle = server.channel("/images", CompressedImage);
  const app = client();
  app.subscribes(1, handle.id);
  app.takesAll();
  const sizes = [10, 20, 100_000, 30, 9 * 1024 * 1024, 5];
  for (const size of sizes) handle.send({ data: new Uint8Array(size).fill(size) }, { timestamp: BigInt(size) });
  const messages = app.takesAll().filter(({ op }) => op === "messageData") as MessageData[];
  const images = messages.map(({ payload, timestamp }) => ({ ...CompressedImage.decode(payload), logged: timestamp }));
  assertEquals(images.map(({ data, timestamp, logged }) => [data.length, data.at(-1), timestamp, logged]), [
    ...sizes.map((size) => [size, size & 0xff, BigInt(size), BigInt(size)]),
  ]);
});

Deno.test("ChannelHandle.send() does not send a protobuf message that cannot be encoded", () => {
  const { server, client } = conversation();
  const handle = server.channel("/pose", PoseInFrame);
  const app = client();
  app.subscribes(1, handle.id);
  handle.send({ frame_id: "first" });
  const send = () => handle.send({ frame_id: "b".repeat(100), pose: { position: { x: "1" as never } } });
  const error = assertThrows(send, TypeError, 'Cannot send on "/pose": "pose.position.x" must be a number');
  assertEquals((error.cause as Error).message, '"pose.position.x" must be a number, not a string');
  handle.send({ frame_id: "last" });
  assertEquals(frameIds(app), ["first", "last"]);
});

Deno.test("ChannelHandle.send() is safe if a getter sends, or closes the channel", () => {
  const { server, client } = conversation();
  const handle = server.channel("/pose", PoseInFrame);
  const app = client();
  app.subscribes(1, handle.id);
  handle.send({ frame_id: "first" });
  handle.send(computed(() => {
    handle.send({ frame_id: "inner" });
    return "outer";
  }));
  handle.send(computed(() => {
    handle.close();
    return "too late";
  }));
  assertEquals([frameIds(app), handle.isActive], [["first", "inner", "outer"], false]);
});

Deno.test("ChannelHandle.send() encodes nothing for a client that no subscription reaches, but counts the message", () => {
  const { server } = conversation();
  const handle = server.channel("/pose", PoseInFrame);
  handle.send({ frame_id: "first" });
  let reads = 0;
  handle.send(computed(() => `${reads++}`));
  assertEquals([reads, server.stats().messagesPublished], [0, 2]);
});

Deno.test("ChannelHandle.send() latches a protobuf message for later subscribers", () => {
  const { server, client } = conversation();
  const handle = server.channel("/pose", PoseInFrame, { latch: true });
  for (const frame_id of ["a", "b", "c"]) handle.send({ frame_id });
  const app = client();
  app.subscribes(1, handle.id);
  assertEquals(frameIds(app), ["c"]);
});

Deno.test("FoxgloveServer.channel() rejects what is not a codec", () => {
  const { server } = conversation();
  for (const wrong of [json, { example: {} }, null]) {
    assertThrows(
      () => server.channel("/x", wrong as unknown as ByteEncoder),
      TypeError,
      'Cannot add channel "/x": it requires a codec, such as json(), not ',
    );
  }
  assertEquals(server.channels.size, 0);
});
