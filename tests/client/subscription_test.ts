import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertStringIncludes } from "@std/assert/string-includes";
import { assertThrows } from "@std/assert/throws";
import { ConnectionClosedError } from "../../src/client/errors.ts";
import type { Channel } from "../../src/protocol/channels.ts";
import type { ServerMessage } from "../../src/protocol/messages.ts";
import { bytes, channel, subscription } from "../support/conversation.ts";
import { connectedClient } from "../support/fake_server.ts";

const chan = (id: number, topic: string, more: Partial<Channel> = {}): Channel => ({
  id: channel(id),
  topic,
  encoding: "json",
  schemaName: "",
  schema: "",
  ...more,
});
const advertise = (...channels: Channel[]): ServerMessage => ({ op: "advertise", channels });
const data = (id: number, text: string, timestamp = 1n): ServerMessage => ({
  op: "messageData",
  subscriptionId: subscription(id),
  timestamp,
  payload: bytes(text),
});
const subscribe = (id: number, channelId: number) => ({
  op: "subscribe" as const,
  subscriptions: [{ id: subscription(id), channelId: channel(channelId) }],
});
const unsubscribe = (id: number) => ({ op: "unsubscribe" as const, subscriptionIds: [subscription(id)] });

Deno.test("FoxgloveClient.subscribe() waits for the topic, and delivers its messages", async () => {
  const { client, peer } = await connectedClient();
  const messages = client.subscribe("/a");
  peer.hearsNothing();
  peer.says(advertise(chan(1, "/b"), chan(2, "/a")));
  peer.hears(subscribe(1, 2));
  assertEquals(messages.channels, [chan(2, "/a")]);
  peer.says(data(1, "x", 5n), data(1, "", 0xffff_ffff_ffff_ffffn));
  assertEquals((await messages.next()).value, { channel: chan(2, "/a"), timestamp: 5n, payload: bytes("x") });
  assertEquals((await messages.next()).value?.timestamp, 0xffff_ffff_ffff_ffffn);
});

Deno.test("FoxgloveClient.subscribe() delivers views of the frames, not copies", async () => {
  const { client, peer } = await connectedClient();
  peer.says(advertise(chan(2, "/a")));
  const messages = client.subscribe("/a");
  peer.says(data(1, "abc"));
  const { value } = await messages.next();
  assertEquals([value?.payload.byteOffset, value?.payload.buffer.byteLength], [13, 16]);
});

Deno.test("FoxgloveClient.subscribe() subscribes once for each channel, and all loops share the messages", async () => {
  const { client, peer } = await connectedClient();
  peer.says(advertise(chan(2, "/a")));
  const one = client.subscribe("/a");
  peer.hears(subscribe(1, 2));
  const other = client.subscribe(({ encoding }) => encoding === "json");
  peer.hearsNothing();
  peer.says(data(1, "x"));
  assertEquals([(await one.next()).value?.payload, (await other.next()).value?.payload], [bytes("x"), bytes("x")]);
  one.close();
  peer.hearsNothing();
  other.close();
  peer.hears(unsubscribe(1));
  assertEquals([one.topic, other.topic, other.channels], ["/a", undefined, []]);
});

Deno.test("FoxgloveClient.subscribe() subscribes to all channels of a topic in one message", async () => {
  const { client, peer } = await connectedClient();
  peer.says(advertise(chan(1, "/a"), chan(2, "/a")));
  const messages = client.subscribe("/a");
  peer.hears({
    op: "subscribe",
    subscriptions: [{ id: subscription(1), channelId: channel(1) }, { id: subscription(2), channelId: channel(2) }],
  });
  peer.says(data(2, "two"));
  assertEquals((await messages.next()).value?.channel.id, channel(2));
});

Deno.test("Subscription ends when its loop is left", async () => {
  const { client, peer } = await connectedClient();
  peer.says(advertise(chan(1, "/a")));
  const messages = client.subscribe("/a");
  peer.says(data(1, "x"));
  for await (const { payload } of messages) {
    assertEquals(payload, bytes("x"));
    break;
  }
  peer.hears(subscribe(1, 1), unsubscribe(1));
});

Deno.test("Subscription drops the oldest messages beyond its limits, and counts them", async () => {
  const { client, peer } = await connectedClient();
  peer.says(advertise(chan(1, "/a")));
  const few = client.subscribe("/a", { maxQueued: 2 });
  const small = client.subscribe("/a", { maxQueuedBytes: 3 });
  peer.says(data(1, "1"), data(1, "22"), data(1, "33"));
  assertEquals([few.dropped, few.queued, small.dropped, small.queued], [1, 2, 2, 1]);
  assertEquals((await few.next()).value?.payload, bytes("22"));
  assertEquals((await small.next()).value?.payload, bytes("33"));
  for (const options of [{ maxQueued: 0 }, { maxQueuedBytes: -1 }, { maxQueued: NaN }]) {
    assertThrows(() => client.subscribe("/a", options), RangeError, "must be above 0");
  }
});

Deno.test("Subscription ends when its signal aborts", async () => {
  const { client, peer } = await connectedClient();
  const control = new AbortController();
  peer.says(advertise(chan(1, "/a")));
  const next = client.subscribe("/a", { signal: control.signal }).next();
  control.abort(new Error("enough"));
  await assertRejects(() => next, Error, "enough");
  peer.hears(subscribe(1, 1), unsubscribe(1));
});

Deno.test("Subscription.json() decodes JSON, and skips and counts other messages", async () => {
  const { client, peer, log } = await connectedClient();
  peer.says(advertise(chan(1, "/a"), chan(2, "/b", { encoding: "cdr" })));
  const subscription = client.subscribe(() => true);
  const values = subscription.json<{ x: number }>();
  log.take();
  peer.says(data(1, "{"), data(2, "one"), data(2, "two"), data(1, '{"x":5}', 7n));
  const { value } = await values.next();
  assertEquals([value?.value, value?.timestamp, value?.channel.topic], [{ x: 5 }, 7n, "/a"]);
  assertEquals(log.take(), [
    ["error", 'Cannot decode a message of "/a"'],
    ["warning", 'Cannot decode a message of "/a": it is skipped and counted in "undecodable"'],
    ["error", 'Cannot decode "/b": its encoding is "cdr", not "json"'],
  ]);
  // The error of a channel without a decoder is reported once, but each of its messages counts.
  assertEquals([subscription.undecodable, subscription.dropped], [3, 0]);
  await values.return?.();
  assertEquals(await values.next(), { done: true, value: undefined });
});

Deno.test("Y04 FoxgloveClient lists a channel that it cannot decode, and calls onError", async () => {
  let made = 0;
  const { client, peer, log } = await connectedClient({
    decoders: {
      protobuf: ({ schemaName, schema }) => {
        made += 1;
        if (typeof schema === "string") throw new Error(`no schema ${schemaName}`);
        return (payload) => payload.length;
      },
    },
  });
  const fromPeer = { schemaEncoding: "protobuf", encoding: "protobuf", schemaName: "pkg.T" };
  peer.saysRaw(JSON.stringify(advertise({ ...chan(1, "/broken", fromPeer), schema: "not base64!" })));
  peer.says(advertise(chan(2, "/good", { ...fromPeer, schema: bytes("schema") }), chan(3, "/odd", { encoding: "x" })));
  assertEquals(log.take(), [
    ["advertise", ["/broken"]],
    ["error", 'Cannot read the schema of channel 1, "/broken": it is not base64'],
    ["advertise", ["/good", "/odd"]],
  ]);
  assertEquals([...client.channels.values()].map(({ topic }) => topic), ["/broken", "/good", "/odd"]);

  const subscription = client.subscribe(() => true);
  const values = subscription.decoded<number>();
  peer.says(data(1, "x"), data(1, "y"), data(3, "z"), data(2, "four"), data(2, "seven"));
  assertEquals([(await values.next()).value?.value, (await values.next()).value?.value], [4, 5]);
  assertEquals(log.take(), [
    ["error", "no schema pkg.T"],
    ["warning", 'Cannot decode a message of "/broken": it is skipped and counted in "undecodable"'],
    ["error", 'Cannot decode "/odd": no decoder for encoding "x"'],
  ]);
  assertEquals([made, subscription.undecodable], [2, 3]);
});

Deno.test("Subscription.undecodable counts without any listener, and for each subscription", async () => {
  const { client, peer } = await connectedClient({ listener: {} });
  peer.says(advertise(chan(1, "/a")));
  const [one, other] = [client.subscribe("/a"), client.subscribe("/a")];
  peer.says(data(1, "{"), data(1, "1"));
  assertEquals((await one.json().next()).value?.value, 1);
  assertEquals([one.undecodable, other.undecodable], [1, 0]);
});

Deno.test("Y03 FoxgloveClient ignores data for an ended subscription for a minute, then warns", async () => {
  const { server, client, peer, log } = await connectedClient();
  peer.says(advertise(chan(1, "/a"), chan(2, "/b")));
  client.subscribe("/a").close();
  client.subscribe("/b");
  peer.says({ op: "unadvertise", channelIds: [channel(2)] });
  log.take();
  server.clock.advance(59_999);
  peer.says(data(1, "late"), data(2, "late"));
  assertEquals(log.take(), []);
  server.clock.advance(1);
  peer.says(data(1, "too late"), data(9, "never"));
  assertEquals(log.take(), [
    ["warning", "Received a message for subscription 1, which does not exist"],
    ["warning", "Received a message for subscription 9, which does not exist"],
  ]);
});

Deno.test("FoxgloveClient subscribes again when a channel is advertised with another id", async () => {
  const { client, peer } = await connectedClient();
  peer.says(advertise(chan(1, "/a")));
  const messages = client.subscribe("/a");
  peer.hears(subscribe(1, 1));
  peer.says({ op: "unadvertise", channelIds: [channel(1), channel(7)] }, advertise(chan(2, "/a")));
  // The server has removed the first subscription itself.
  peer.hears(subscribe(2, 2));
  peer.says(data(2, "x"));
  assertEquals((await messages.next()).value?.channel.id, channel(2));
});

Deno.test("FoxgloveClient ignores a channel that is advertised again unchanged, and replaces a changed one", async () => {
  const { client, peer, log } = await connectedClient();
  const schema = { encoding: "protobuf", schema: bytes("1"), metadata: { a: "b" } };
  peer.says(advertise(chan(1, "/a", schema)));
  const messages = client.subscribe("/a");
  peer.hears(subscribe(1, 1));
  log.take();
  peer.says(advertise(chan(1, "/a", schema)));
  assertEquals(log.take(), []);
  peer.says(advertise(chan(1, "/a", { ...schema, schema: bytes("2") })));
  assertEquals(log.take(), [["unadvertise", ["/a"], "removed"], ["advertise", ["/a"]]]);
  // The subscription stays the same for the server, so the client sends nothing.
  peer.hearsNothing();
  peer.says(data(1, "x"));
  assertEquals((await messages.next()).value?.channel.schema, bytes("2"));
  peer.says(advertise(chan(1, "/other")));
  peer.hears(unsubscribe(1));
});

Deno.test("FoxgloveClient.waitForChannel() returns an existing channel, waits for others, and can be aborted", async () => {
  const { client, peer } = await connectedClient();
  peer.says(advertise(chan(1, "/a")));
  assertEquals((await client.waitForChannel("/a")).id, channel(1));
  const later = client.waitForChannel("/b");
  const control = new AbortController();
  const never = client.waitForChannel("/c", { signal: control.signal });
  peer.says(advertise(chan(2, "/b")));
  assertEquals((await later).id, channel(2));
  control.abort(new Error("enough"));
  await assertRejects(() => never, Error, "enough");
  const lost = client.waitForChannel("/d");
  void client.close();
  await assertRejects(() => lost, ConnectionClosedError);
  await assertRejects(() => client.waitForChannel("/a"), ConnectionClosedError, "Cannot wait");
});

Deno.test("FoxgloveClient.close() ends loops without an error", async () => {
  const { client, peer } = await connectedClient();
  peer.says(advertise(chan(1, "/a")));
  const messages = client.subscribe("/a");
  peer.says(data(1, "x"));
  const closing = client.close();
  assertEquals(peer.closedWith, 1000);
  peer.leaves(1000);
  await closing;
  await client.closed;
  assertEquals((await messages.next()).value?.payload, bytes("x"));
  assertEquals(await messages.next(), { done: true, value: undefined });
  assertThrows(() => client.subscribe("/a"), ConnectionClosedError, "Cannot subscribe: the client is closed");
});

Deno.test("Subscription ends with an error when the connection is lost and the client does not reconnect", async () => {
  const { client, peer } = await connectedClient({ reconnect: false });
  const next = client.subscribe("/a").next();
  peer.leaves(1013, "too slow");
  const error = await assertRejects(() => next, ConnectionClosedError);
  assertStringIncludes(error.message, 'code 1013, "too slow"');
});
