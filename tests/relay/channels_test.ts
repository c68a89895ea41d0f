// The channels of a relay: ids, wishes, prefixes and latches.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { relay } from "../../src/relay/mod.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { Queue } from "../support/events.ts";
import { startRelay, startRobot, subscribersOf, until } from "./fixture.ts";

const ODOM = { topic: "/odom", encoding: "json", schemaName: "Odom", schema: '{"type":"object"}' };

Deno.test("relay() passes on a channel with its encoding, schema and metadata, and its messages", async () => {
  await using robot = await startRobot();
  const schema = new Uint8Array([10, 0]);
  const id = robot.addChannel({
    topic: "/odom",
    encoding: "protobuf",
    schemaName: "Odom",
    schema,
    schemaEncoding: "protobuf",
    metadata: { source: "wheels" },
  });
  await using relay = await startRelay([robot.url!]);
  await using viewer = await relay.view();
  const { id: _, ...channel } = await viewer.channel("/odom");
  assertEquals(channel, {
    topic: "/odom",
    encoding: "protobuf",
    schemaName: "Odom",
    schema,
    schemaEncoding: "protobuf",
    metadata: { source: "wheels" },
  });
  using messages = viewer.subscribe("/odom");
  await until(() => robot.hasSubscribers(id), "the subscription");
  robot.sendMessage(id, 5n, "first");
  assertEquals(await messages.next(), "first");
  const [stats] = relay.relay.stats().upstreams;
  assertEquals([stats?.channels, stats?.subscribed, stats?.messages, stats?.bytes], [1, 1, 1, 5]);
});

Deno.test("relay() subscribes with the first viewer, once for all, and unsubscribes with the last one", async () => {
  const events: string[] = [];
  await using robot = await startRobot({
    listener: {
      onClientSubscribe: () => void events.push("subscribe"),
      onClientUnsubscribe: () => void events.push("unsubscribe"),
    },
  });
  robot.addChannel(ODOM);
  await using relay = await startRelay([robot.url!]);
  await using one = await relay.view();
  await using other = await relay.view();
  const [id] = [(await one.channel("/odom")).id, await other.channel("/odom")];
  assertEquals(events, []);
  const first = one.subscribe("/odom");
  await until(() => events.length === 1, "the first subscription");
  const second = other.subscribe("/odom");
  await until(() => subscribersOf(relay.server, id) === 2, "two subscribers");
  first[Symbol.dispose]();
  await until(() => subscribersOf(relay.server, id) === 1, "one subscriber");
  assertEquals(events, ["subscribe"]);
  second[Symbol.dispose]();
  await until(() => events.length === 2, "the end of the subscription");
  assertEquals([events, relay.relay.stats().upstreams[0]?.subscribed], [["subscribe", "unsubscribe"], 0]);
});

Deno.test("relay() subscribes for a sink, such as a recorder, also when the sink was there first", async () => {
  await using robot = await startRobot();
  const id = robot.addChannel(ODOM);
  await using relay = await startRelay([robot.url!]);
  await until(() => relay.server.channels.size === 1, "the channel");
  const received = new Queue<string>("a message");
  const sink = {
    channelAdded: () => {},
    channelRemoved: () => {},
    message: (_id: number, _time: bigint, payload: Uint8Array) => received.push(new TextDecoder().decode(payload)),
  };
  const added = relay.server.addSink(sink);
  await until(() => robot.hasSubscribers(id), "the subscription");
  robot.sendMessage(id, 5n, "for the sink");
  assertEquals(await received.next(), "for the sink");
  const later = robot.addChannel({ ...ODOM, topic: "/later" });
  await until(() => robot.hasSubscribers(later), "the subscription of the later channel");
  added[Symbol.dispose]();
  await until(() => !robot.hasSubscribers(id) && !robot.hasSubscribers(later), "the end of the subscriptions");
});

Deno.test("relay() starts without its robot, and says so until it is up", async () => {
  const gone = await startRobot();
  const { port, url } = { port: gone.addr!.port, url: gone.url! };
  await gone.close();
  await using relay = await startRelay([{ url, name: "robot" }]);
  await using viewer = await relay.view();
  await until(() => relay.relay.stats().upstreams[0]?.problem !== undefined, "the reason");
  relay.clock.advance(2000);
  const { message, id } = await viewer.statuses.next();
  // The reason is text of the runtime.
  const [what, reason = ""] = message.split(" (");
  assertEquals([what, /^Cannot|^NetworkError|127/.test(reason), reason.endsWith(")")], [
    "robot: not connected",
    false,
    true,
  ]);
  await using robot = await startRobot({ port });
  robot.addChannel(ODOM);
  assertEquals((await viewer.channel("/odom")).topic, "/odom");
  await until(() => !viewer.client.statuses.has(id!), "the end of the status");
});

Deno.test("relay() keeps ids over a restart of the robot, and removes what has not come back", async () => {
  let robot = await startRobot();
  const { port, url } = { port: robot.addr!.port, url: robot.url! };
  const duplicates = [{ ...ODOM, topic: "/twice" }, { ...ODOM, topic: "/twice" }];
  robot.addChannels([ODOM, { ...ODOM, topic: "/old" }, ...duplicates]);
  await using relay = await startRelay([url]);
  await using viewer = await relay.view();
  await viewer.channel("/odom");
  const before = [...relay.server.channels].map(([id, { topic }]) => [id, topic] as const);
  using messages = viewer.subscribe("/odom");
  await until(() => relay.relay.stats().upstreams[0]?.subscribed === 1, "the subscription");
  const infosBefore = viewer.infos.length;
  await robot.close();
  await until(() => relay.relay.stats().upstreams[0]?.isConnected === false, "the loss");

  robot = await startRobot({ port });
  await using _ = robot;
  robot.addChannel({ ...ODOM, topic: "/new" });
  const [id] = robot.addChannels([ODOM, ...duplicates]);
  await until(() => robot.hasSubscribers(id!), "the subscription after the restart");
  robot.sendMessage(id!, 6n, "again");
  assertEquals(await messages.next(), "again");
  assertEquals(relay.server.channels.size, 5);
  relay.clock.advance(1999);
  assertEquals(relay.server.channels.size, 5);
  relay.clock.advance(1);
  assertEquals((await viewer.removed.next()).topic, "/old");
  const after = [...relay.server.channels].map(([id, { topic }]) => [id, topic] as const);
  assertEquals(after.slice(0, 3), before.filter(([, topic]) => topic !== "/old"));
  assertEquals([after[3]?.[1], viewer.removed.size, viewer.infos.length - infosBefore], ["/new", 0, 1]);
});

Deno.test("relay() replaces a channel whose schema has changed, the old one first", async () => {
  let robot = await startRobot();
  const { port, url } = { port: robot.addr!.port, url: robot.url! };
  robot.addChannel(ODOM);
  await using relay = await startRelay([url]);
  await using viewer = await relay.view();
  const old = await viewer.added.next();
  await robot.close();
  robot = await startRobot({ port });
  await using _ = robot;
  const id = robot.addChannel({ ...ODOM, schema: '{"type":"object","title":"new"}' });
  assertEquals((await viewer.removed.next()).id, old.id);
  assertStringIncludes(String((await viewer.added.next()).schema), "new");
  robot.removeChannel(id);
  await viewer.removed.next();
  assertEquals(relay.server.channels.size, 0);
});

Deno.test("relay() puts the prefixes of a fleet before topics, and refuses a topic that another robot has", async () => {
  await using one = await startRobot();
  await using other = await startRobot();
  await using third = await startRobot();
  for (const robot of [one, other, third]) robot.addChannels([ODOM, { ...ODOM, topic: "relative" }]);
  await using relay = await startRelay([
    { url: one.url!, prefix: "/robot1" },
    { url: other.url!, name: "other" },
  ]);
  await using viewer = await relay.view();
  for (const topic of ["/robot1/odom", "/robot1/relative", "/odom", "relative"]) await viewer.channel(topic);
  relay.relay.add({ url: third.url!, name: "third", minRetryDelayMs: 5 });
  assertEquals((await viewer.statuses.next()).message, 'third: "/odom" is a topic of other; set a prefix for third');
  assertEquals([relay.server.channels.size, relay.relay.stats().upstreams[2]?.refused], [4, 2]);
  assertEquals(relay.lines.filter((line) => line.includes("Not relayed")).length, 2);

  assertEquals(relay.relay.remove("other"), true);
  for (const _ of [1, 2]) await viewer.removed.next();
  for (const topic of ["/odom", "relative"]) await viewer.channel(topic);
  assertEquals([...relay.server.channels.values()].map(({ topic }) => topic), [
    "/robot1/odom",
    "/robot1/relative",
    "/odom",
    "relative",
  ]);
  await until(() => viewer.client.statuses.size === 0, "the end of the status");
  assertEquals(relay.relay.stats().upstreams[1]?.refused, 0);
});

Deno.test("relay() gives a topic that its robot has removed to the next robot that wanted it", async () => {
  await using one = await startRobot();
  const own = one.addChannel(ODOM);
  await using relay = await startRelay([{ url: one.url!, name: "one" }]);
  await using viewer = await relay.view();
  const old = await viewer.added.next();
  await using two = await startRobot();
  await using three = await startRobot();
  const [first, second] = two.addChannels([ODOM, { ...ODOM, schema: '{"type":"object","title":"two"}' }]);
  relay.relay.add({ url: two.url!, name: "two" });
  await until(() => relay.relay.stats().upstreams[1]?.refused === 1, "the refusal of two");
  three.addChannel(ODOM);
  relay.relay.add({ url: three.url!, name: "three" });
  await until(() => relay.relay.stats().upstreams[2]?.refused === 1, "the refusal of three");
  // A channel that its robot has removed does not wait any more.
  two.removeChannel(first!);
  one.removeChannel(own);
  assertEquals((await viewer.removed.next()).id, old.id);
  const next = await viewer.added.next();
  assertStringIncludes(String(next.schema), "two");
  assertEquals(relay.relay.stats().upstreams.map(({ channels, refused }) => [channels, refused]), [
    [0, 0],
    [1, 0],
    [0, 1],
  ]);
  using messages = viewer.subscribe("/odom");
  await until(() => two.hasSubscribers(second!), "the subscription");
  two.sendMessage(second!, 5n, "from two");
  assertEquals(await messages.next(), "from two");
  // A lost robot keeps its names for a while.
  await two.close();
  await until(() => relay.relay.stats().upstreams[1]?.isConnected === false, "the loss");
  assertEquals(relay.relay.stats().upstreams[2]?.refused, 1);
  relay.relay.remove("two");
  await viewer.removed.next();
  assertEquals((await viewer.added.next()).topic, "/odom");
});

Deno.test("relay() leaves the channels, services and hooks of the program alone", async () => {
  await using robot = await startRobot();
  robot.addChannel(ODOM);
  await using server = new FoxgloveServer({ name: "own", logger: false });
  server.addChannel({ ...ODOM, topic: "/own" });
  const running = relay([robot.url!], server);
  await until(() => server.channels.size === 2, "the channel");
  await running.close();
  assertEquals([...server.channels.values()].map(({ topic }) => topic), ["/own"]);
});

Deno.test("relay() reports a channel that its server rejects, and shows the others", async () => {
  await using robot = await startRobot();
  robot.addChannel({ ...ODOM, encoding: "ros1", schemaEncoding: "protobuf", schema: "" });
  await using relay = await startRelay([{ url: robot.url!, name: "robot" }], {
    policy: (topic) => topic === "/odom" ? { maxRateHz: -1 } : {},
  });
  await using viewer = await relay.view();
  assertStringIncludes((await viewer.statuses.next()).message, 'robot: "/odom" is not valid: ');
  robot.addChannel({ ...ODOM, topic: "/good" });
  await viewer.channel("/good");
});

Deno.test("relay() goes on when the program removes a channel of the robot", async () => {
  await using robot = await startRobot();
  const [gone, kept] = robot.addChannels([ODOM, { ...ODOM, topic: "/kept" }]);
  await using relay = await startRelay([robot.url!]);
  await using viewer = await relay.view();
  const { id } = await viewer.channel("/odom");
  const sink = { channelAdded: () => {}, channelRemoved: () => {}, message: () => {} };
  using _ = relay.server.addSink(sink, { topics: ["/odom"] });
  using messages = viewer.subscribe("/kept");
  await until(() => robot.hasSubscribers(gone!) && robot.hasSubscribers(kept!), "the subscriptions");
  relay.server.removeChannel(id);
  robot.sendMessage(gone!, 5n, "lost");
  await until(() => !robot.hasSubscribers(gone!), "the end of the subscription");
  robot.sendMessage(kept!, 5n, "kept");
  assertEquals(await messages.next(), "kept");
  assertEquals(relay.lines.filter((line) => line.includes("Cannot send")), []);
});

Deno.test("relay() keeps a topic for its robot as long as the robot has a channel of it", async () => {
  await using one = await startRobot();
  await using other = await startRobot();
  const [first] = one.addChannels([ODOM, ODOM]);
  await using relay = await startRelay([{ url: one.url!, name: "one" }]);
  await until(() => relay.server.channels.size === 2, "the channels");
  one.removeChannel(first!);
  await until(() => relay.server.channels.size === 1, "the removal");
  other.addChannel(ODOM);
  relay.relay.add({ url: other.url!, name: "other" });
  await until(() => relay.relay.stats().upstreams[1]?.refused === 1, "the refusal");
  assertEquals(relay.server.channels.size, 1);
});
