// Faults around a relay: robots and viewers that end, stall or send nonsense.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { RequestError } from "../../src/client/mod.ts";
import type { Channel } from "../../src/protocol/channels.ts";
import type { ChannelId, ServiceId } from "../../src/protocol/ids.ts";
import type { Service } from "../../src/protocol/services.ts";
import { FULL_SERVER_INFO } from "../support/fake_server.ts";
import { within } from "../support/events.ts";
import { RawSocket } from "../support/raw_socket.ts";
import { addHostile, closing, startHostile, startRelay, startRobot, until } from "./fixture.ts";

const ODOM = { topic: "/odom", encoding: "json", schemaName: "Odom", schema: '{"type":"object"}' };

Deno.test("relay() of a relay passes on everything once more, and finds its robot again", async () => {
  const robot = await startRobot();
  const id = robot.addChannel({ ...ODOM, latch: { depth: 3 } });
  robot.service("/ping", () => ({ pong: true }));
  await using inner = await startRelay([{ url: robot.url!, prefix: "/a" }]);
  await using outer = await startRelay([{ url: inner.server.url!, prefix: "/b" }]);
  await using viewer = await outer.view();
  const { metadata, id: outerId } = await viewer.channel("/b/a/odom");
  assertEquals(metadata, { "foxglove-ws.latchDepth": "3" });
  using messages = viewer.subscribe("/b/a/odom");
  await until(() => robot.hasSubscribers(id), "the subscription");
  robot.sendMessage(id, 5n, "{}");
  assertEquals(await messages.next(), "{}");
  await viewer.client.waitForService("/b/a/ping");
  assertEquals(await viewer.client.service("/b/a/ping").call({}), { pong: true });

  const { port } = robot.addr!;
  await robot.close();
  await until(() => inner.relay.stats().upstreams[0]?.isConnected === false, "the loss");
  await using back = await startRobot({ port });
  const again = back.addChannel({ ...ODOM, latch: { depth: 3 } });
  await until(() => back.hasSubscribers(again), "the subscription after the restart");
  back.sendMessage(again, 6n, '{"again":true}');
  assertEquals(await messages.next(), '{"again":true}');
  assertEquals([[...outer.server.channels.keys()], viewer.removed.size], [[outerId], 0]);
  // A return has the level of the loss, so that it is not hidden where the loss is shown.
  const levels = inner.lines.flatMap((line) =>
    /^(\w+): Relay: .*(lost|is connected)/.exec(line)?.slice(1).join(" ") ?? []
  );
  assertEquals(levels, ["info is connected", "warn lost", "warn is connected"]);
});

Deno.test("relay() logs the first failure of a robot, and its return on the same level", async () => {
  await using relay = await startRelay([]);
  const lines = () => relay.lines.filter((line) => line.includes(": Relay: "));
  const { peer, fake } = await addHostile(relay.relay, "short");
  peer.leaves(1011, "still starting");
  const next = closing(await fake.next());
  next.accepts();
  next.says(FULL_SERVER_INFO);
  // A failure that was not logged does not make the connection a warning.
  assertEquals(lines(), ["info: Relay: short is connected"]);
  relay.clock.advance(2000);
  assertEquals(lines().length, 1);

  const { peer: first, fake: robot } = await addHostile(relay.relay, "long");
  first.leaves(1011, "still starting");
  (await robot.next()).leaves(1011, "no power");
  relay.clock.advance(1999);
  assertEquals(lines().length, 1);
  relay.clock.advance(1);
  (await robot.next()).leaves(1011, "no power");
  const last = closing(await robot.next());
  last.accepts();
  last.says(FULL_SERVER_INFO);
  const [, failure = "", ...others] = lines();
  assertEquals([failure.startsWith("warn: Relay: long is not connected: "), failure.includes("no power")], [
    true,
    true,
  ]);
  assertEquals(others, ["warn: Relay: long is connected"]);
});

Deno.test("relay() shows in its statistics what its log says, when it says it", async () => {
  const robot = await startRobot();
  const seen: unknown[] = [];
  const record = (message: string) => {
    if (!message.startsWith("Relay: ")) return;
    const [stats] = relay.relay.stats().upstreams;
    seen.push([message.split(" ")[1], stats?.isConnected, stats?.problem !== undefined]);
  };
  const logger = { debug: () => {}, info: record, warn: record, error: record };
  await using relay = await startRelay([{ url: robot.url!, name: "robot" }], {}, { logger });
  await until(() => seen.length === 1, "the robot");
  await robot.close();
  await until(() => seen.length === 2, "the loss");
  assertEquals(seen, [["robot", true, false], ["lost", false, true]]);
});

Deno.test("relay() fails open requests when the robot is lost", async () => {
  const called = Promise.withResolvers<void>();
  const robot = await startRobot();
  robot.service("/slow", () => new Promise<never>(() => called.resolve()));
  await using relay = await startRelay([{ url: robot.url!, name: "robot" }]);
  await using viewer = await relay.view();
  await viewer.client.waitForService("/slow");
  const call = viewer.client.callService("/slow", "{}");
  await called.promise;
  await Promise.all([robot.close(), assertRejects(() => call, RequestError, "was closed")]);
});

Deno.test("relay.close() removes what is not the server's own, and fails open requests", async () => {
  const called = Promise.withResolvers<void>();
  await using robot = await startRobot();
  robot.addChannel(ODOM);
  robot.service("/slow", () => new Promise<never>(() => called.resolve()));
  await using relay = await startRelay([robot.url!]);
  await using viewer = await relay.view();
  await Promise.all([viewer.channel("/odom"), viewer.client.waitForService("/slow")]);
  using _ = viewer.subscribe("/odom");
  const call = viewer.client.callService("/slow", "{}");
  await called.promise;
  await Promise.all([relay.relay.close(), assertRejects(() => call, RequestError)]);
  await until(() => viewer.client.channels.size === 0 && viewer.client.services.size === 0, "the removal");
  await until(() => robot.clients.size === 0, "the end of the connection");
  assertEquals([relay.server.clients.size, relay.relay.stats().upstreams], [1, []]);
});

Deno.test("relay() serves others while one viewer does not read, and the robot does not notice", async () => {
  await using robot = await startRobot();
  const id = robot.addChannel(ODOM);
  await using relay = await startRelay([robot.url!], {}, { maxQueuedMessages: 5, maxQueuedBytes: 1 << 20 });
  await using viewer = await relay.view();
  const channel = await viewer.channel("/odom");
  using messages = viewer.subscribe("/odom");
  using stuck = await RawSocket.connect({
    port: relay.server.addr?.port ?? 0,
    headers: [["Sec-WebSocket-Protocol", "foxglove.sdk.v1"]],
  });
  await stuck.sendText(JSON.stringify({ op: "subscribe", subscriptions: [{ id: 1, channelId: channel.id }] }));
  await until(() => relay.server.stats().channels[0]?.subscribers === 2, "both subscribers");
  const payload = "x".repeat(1 << 20);
  for (let count = 0; relay.server.stats().drops.queue === 0; count += 1) {
    robot.sendMessage(id, BigInt(count), payload);
    assertEquals((await messages.next()).length, payload.length);
  }
  assertEquals([robot.stats().clients.length, robot.stats().drops.queue], [1, 0]);
});

const channel = (id: number, more: Partial<Channel> = {}): Channel => ({ ...ODOM, ...more, id: id as ChannelId });

Deno.test("relay() keeps at most maxKept channels and services of a robot that advertises without end", async () => {
  const { relay, peer } = await startHostile({ maxKept: 10 });
  await using _ = relay;
  peer.says(FULL_SERVER_INFO);
  for (let id = 0; id < 100; id += 1) {
    peer.says({ op: "advertise", channels: [channel(id, { topic: `/t${id}` })] });
    const service: Service = { id: id as ServiceId, name: `/s${id}`, type: "T", requestSchema: "", responseSchema: "" };
    peer.says({ op: "advertiseServices", services: [service] });
  }
  const [stats] = relay.relay.stats().upstreams;
  assertEquals([stats?.channels, stats?.services, relay.server.channels.size], [10, 10, 10]);
});

Deno.test("relay() survives names, schemas and ranges that its server rejects, and ids that are used again", async () => {
  const { relay, peer } = await startHostile();
  await using _ = relay;
  const { dataStartTime: _start, ...info } = FULL_SERVER_INFO;
  peer.says({ ...info, dataStartTime: 9n, dataEndTime: 3n });
  peer.says({
    op: "advertise",
    channels: [
      channel(1, { topic: "" }),
      channel(2, { encoding: "protobuf", schema: new Uint8Array() }),
      channel(3, { metadata: { "foxglove-ws.latchDepth": "999999999" } }),
    ],
  });
  const [latched] = relay.server.channels.values();
  assertEquals(latched?.metadata, { "foxglove-ws.latchDepth": "10000" });
  peer.says({ op: "advertise", channels: [channel(3, { topic: "/other" })] });
  const service = { id: 1 as ServiceId, type: "T", requestSchema: "", responseSchema: "" };
  peer.says({
    op: "advertiseServices",
    services: [{ ...service, name: "" }, { ...service, id: 2 as ServiceId, name: "/s" }],
  });
  peer.says({ op: "advertiseServices", services: [{ ...service, id: 3 as ServiceId, name: "/s" }] });
  await using viewer = await relay.view();
  assertEquals((await viewer.added.next()).topic, "/other");
  const [stats] = relay.relay.stats().upstreams;
  assertEquals([stats?.channels, stats?.services, viewer.client.serverInfo.capabilities.includes("playbackControl")], [
    1,
    1,
    false,
  ]);
});

Deno.test("relay() passes on parameters although the robot never answers a request to set one", async () => {
  const { relay, peer } = await startHostile();
  await using _ = relay;
  peer.says(FULL_SERVER_INFO);
  await using viewer = await relay.view();
  const updates = viewer.client.subscribeParameters(["/speed"]);
  await until(() => relay.server.stats().received.subscribeParameterUpdates.messages === 1, "the subscription");
  viewer.client.setParameters([{ name: "/speed", value: 1 }]).catch(() => {});
  await until(() => relay.server.stats().received.setParameters.messages === 1, "the request");
  peer.says({ op: "parameterValues", parameters: [{ name: "/speed", value: 2 }] });
  await until(() => {
    relay.clock.advance(1000);
    return updates.queued > 0;
  }, "the value");
  assertEquals((await updates.next()).value, [{ name: "/speed", value: 2 }]);
  updates.close();
});

Deno.test("relay() passes on the newest status of each id, although a robot sends too many", async () => {
  const { relay, peer } = await startHostile();
  await using _ = relay;
  peer.says(FULL_SERVER_INFO);
  await using viewer = await relay.view();
  const say = (id: number, message: string) => peer.says({ op: "status", level: 2, message, id: `${id}` });
  for (let id = 0; id < 13; id += 1) say(id, `${id} is hot`);
  say(0, "0 is cold");
  say(0, "0 is warm");
  peer.says({ op: "removeStatus", statusIds: ["12"] });
  relay.clock.advance(1000);
  say(11, "11 is cold");
  await until(() => viewer.client.statuses.get("relay:robot:11")?.message === "robot: 11 is cold", "the last status");
  const messages = [...viewer.client.statuses.values()].map(({ message }) => message).toSorted();
  const others = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((id) => `robot: ${id} is hot`);
  assertEquals(messages, ["robot: 0 is warm", ...others, "robot: 11 is cold"].toSorted());
  for (let id = 0; id < 20; id += 1) say(id, "last words");
  peer.leaves();
  relay.clock.advance(1000);
  await until(() => viewer.client.statuses.size === 0, "the end of the statuses");
});

Deno.test("relay() passes on at most 10 statuses of a robot per second", async () => {
  const { relay, peer } = await startHostile();
  await using _ = relay;
  peer.says(FULL_SERVER_INFO);
  await using viewer = await relay.view();
  for (let count = 0; count < 100; count += 1) peer.says({ op: "status", level: 2, message: `${count}` });
  relay.clock.advance(1000);
  peer.says({ op: "status", level: 2, message: "last" });
  const texts = [];
  while (texts.at(-1) !== "robot: last") texts.push((await viewer.statuses.next()).message);
  assertEquals([texts.length, texts[9]], [11, "robot: 9"]);
});

Deno.test("relay() passes on the value of a parameter that was watched before, and has changed since", async () => {
  const { relay, peer } = await startHostile();
  await using _ = relay;
  peer.says(FULL_SERVER_INFO);
  await using viewer = await relay.view();
  const watch = async (subscriptions: number) => {
    const updates = viewer.client.subscribeParameters(["/speed"]);
    await until(
      () => relay.server.stats().received.subscribeParameterUpdates.messages === subscriptions,
      "the subscription",
    );
    return updates;
  };
  const say = (value: number) => peer.says({ op: "parameterValues", parameters: [{ name: "/speed", value }] });
  const first = await watch(1);
  say(5);
  assertEquals((await within(first.next(), "the value")).value, [{ name: "/speed", value: 5 }]);
  first.close();
  await until(() => relay.server.stats().received.unsubscribeParameterUpdates.messages === 1, "the end");
  // It was 6 in between, which the second viewer may have read.
  const second = await watch(2);
  say(5);
  assertEquals((await within(second.next(), "the value again")).value, [{ name: "/speed", value: 5 }]);
  second.close();
});

Deno.test("relay() does not repeat the state of the playback of a lost robot", async () => {
  const { relay, peer, fake } = await startHostile();
  await using _ = relay;
  const info = { ...FULL_SERVER_INFO, dataStartTime: 0n, dataEndTime: 9n };
  const state = { status: "playing", currentTime: 5n, speed: 1, didSeek: false } as const;
  peer.says(info);
  peer.says({ op: "playbackState", ...state });
  const times: bigint[] = [];
  const view = () =>
    relay.view({ listener: { onPlaybackState: (_client, { currentTime }) => void times.push(currentTime) } });
  await using _one = await view();
  await until(() => times.length === 1, "the state");
  peer.leaves();
  const again = closing(await fake.next());
  again.accepts();
  again.says({ ...info, sessionId: "session 2" });
  await using _other = await view();
  again.says({ op: "playbackState", ...state, currentTime: 7n });
  await until(() => times.length === 3, "the new state");
  assertEquals(times, [5n, 7n, 7n]);
});
