// publishToNats() and serveFromNats() with a real server of NATS: everything that is passed on.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import type { ClientChannelId } from "../../src/protocol/ids.ts";
import type { PlaybackState } from "../../src/protocol/playback.ts";
import type { Status } from "../../src/protocol/status.ts";
import type { ClientChannel } from "../../src/protocol/client_publish.ts";
import { Queue, within } from "../support/events.ts";
import { natsTest, natsTests } from "../support/nats_server.ts";
import { PREFIX, Scenario, until, view } from "./scenario.ts";

natsTests("messages reach viewers of an edge, and are sent only while one is subscribed", async (program) => {
  await using scenario = await Scenario.start(program);
  const robot = await scenario.robot();
  const id = robot.server.addChannel({ topic: "/robot 1/ünïcödé.x*>", encoding: "json" });
  const edge = await scenario.edge();
  const viewer = await scenario.viewer(edge);
  const messages = await view(viewer, "/robot 1/ünïcödé.x*>");
  await until("the robot knows the wish", () => robot.server.isActive(id));
  robot.server.sendMessage(id, 5n, "one");
  assertEquals(await messages.next(), { text: "one", timestamp: 5n });

  await viewer.close();
  await until("the wish has ended", () => !robot.server.isActive(id));
  robot.server.sendMessage(id, 6n, "two");
  assertEquals(robot.publication.stats().messages, 1);
});

natsTests("messages larger than NATS allows arrive whole", async (program) => {
  await using scenario = await Scenario.start(program);
  const robot = await scenario.robot();
  const large = "0123456789".repeat(500_000);
  const id = robot.server.addChannel({ topic: "/image", encoding: "json" });
  const latched = robot.server.addChannel({ topic: "/map", encoding: "json", latch: true });
  robot.server.sendMessage(latched, 1n, large);
  const viewer = await scenario.viewer(await scenario.edge());
  const sizes = new Queue<string>("a large message");
  await viewer.waitForChannel("/map");
  viewer.subscribe(() => true, {
    onMessage: ({ payload, channel }) => sizes.push(`${channel.topic}: ${new TextDecoder().decode(payload) === large}`),
  });
  assertEquals(await sizes.next(), "/map: true");
  await until("the robot knows the wish", () => robot.server.isActive(id));
  robot.server.sendMessage(id, 2n, large);
  assertEquals(await sizes.next(), "/image: true");
});

natsTests("latched messages reach later viewers of any edge, by key and in order", async (program) => {
  await using scenario = await Scenario.start(program);
  const robot = await scenario.robot();
  const keyBy = (payload: Uint8Array) => new TextDecoder().decode(payload.subarray(0, 1));
  const id = robot.server.addChannel({ topic: "/tf_static", encoding: "json", latch: { depth: 2, keyBy } });
  for (const text of ["a1", "b1", "a2"]) robot.server.sendMessage(id, 1n, text);
  const edge = await scenario.edge();
  for (const each of [edge, edge, await scenario.edge()]) {
    const messages = await view(await scenario.viewer(each), "/tf_static");
    assertEquals([(await messages.next()).text, (await messages.next()).text], ["b1", "a2"]);
    assertEquals(messages.size, 0);
  }
  // The key c replaces the oldest one.
  robot.server.sendMessage(id, 1n, "c1");
  await until("the state was sent", () => robot.publication.stats().waitingState === 0);
  const late = await view(await scenario.viewer(await scenario.edge()), "/tf_static");
  assertEquals([(await late.next()).text, (await late.next()).text], ["a2", "c1"]);
});

natsTests("services, parameters, assets and the graph are those of the robot", async (program) => {
  await using scenario = await Scenario.start(program);
  const robot = await scenario.robot({
    capabilities: ["assets", "connectionGraph"],
    listener: {
      onFetchAsset: (_server, uri) => {
        if (uri !== "package://arm") throw new Error("no such file");
        return new Uint8Array(3_000_000).fill(7);
      },
    },
  });
  robot.server.service("/add", ({ a, b }: { a: number; b: number }) => ({ sum: a + b }));
  robot.server.service("/fail", () => {
    throw new Error("the arm is off");
  });
  const parameters = robot.server.parameters({ "/kp": { value: 1.5 } });
  robot.server.updateConnectionGraph({
    publishedTopics: [{ name: "/a", publisherIds: ["node"] }],
    subscribedTopics: [],
    advertisedServices: [],
  });
  const viewer = await scenario.viewer(await scenario.edge());

  await viewer.waitForService("/add");
  const { payload } = await viewer.callService("/add", '{"a":1,"b":2}');
  assertEquals(new TextDecoder().decode(payload), '{"sum":3}');
  const large = JSON.stringify({ a: 1, b: 2, rest: "x".repeat(2_000_000) });
  assertEquals(new TextDecoder().decode((await viewer.callService("/add", large)).payload), '{"sum":3}');
  await assertRejects(() => viewer.callService("/fail", "{}"), Error, "the arm is off");

  assertEquals((await viewer.getParameters(["/kp"]))[0]?.value, 1.5);
  assertEquals((await viewer.setParameters([{ name: "/kp", value: 2.5 }]))[0]?.value, 2.5);
  const changes = viewer.subscribeParameters(["/kp"]);
  assertEquals((await within(changes.next(), "the value")).value?.[0]?.value, 2.5);
  parameters.set("/kp", 3.5);
  let value: unknown;
  while (value !== 3.5) value = (await within(changes.next(), "the change")).value?.[0]?.value;
  changes.close();

  assertEquals((await viewer.fetchAsset("package://arm")).length, 3_000_000);
  await assertRejects(() => viewer.fetchAsset("package://leg"), Error, "no such file");

  const graphs = viewer.subscribeConnectionGraph();
  let topics: readonly { name: string }[] = [];
  while (topics.length === 0) topics = (await within(graphs.next(), "the graph")).value?.publishedTopics ?? [];
  assertEquals(topics[0]?.name, "/a");
  graphs.close();
});

natsTest("clients of edges publish, with the rights of the robot", async (program) => {
  await using scenario = await Scenario.start(program);
  const received = new Queue<string>("a message of a client");
  const topics = new Map<ClientChannelId, string>();
  const robot = await scenario.robot({
    capabilities: ["clientPublish"],
    supportedEncodings: ["json"],
    options: { identity: { name: "NATS", rights: { clientTopics: ["/cmd_*"] } } },
    listener: {
      onClientAdvertise: (_server, { id, topic }: ClientChannel) => void topics.set(id, topic),
      onClientMessage: (_server, id, payload) =>
        received.push(
          `${topics.get(id)}: ${payload.length > 100 ? payload.length : new TextDecoder().decode(payload)}`,
        ),
    },
  });
  const viewer = await scenario.viewer(await scenario.edge());
  await until("the edge knows the robot", () => viewer.serverInfo.capabilities.includes("clientPublish"));
  const denied = viewer.advertise({ topic: "/secret", encoding: "json", schemaName: "x" });
  const allowed = viewer.advertise({ topic: "/cmd_vel", encoding: "json", schemaName: "x" });
  viewer.publish(denied, "{}");
  viewer.publish(allowed, '{"x":1}');
  viewer.publish(allowed, "x".repeat(2_000_000));
  assertEquals(await received.next(), '/cmd_vel: {"x":1}');
  assertEquals(await received.next(), "/cmd_vel: 2000000");
  assertEquals([...topics.values()], ["/cmd_vel"]);
  assertEquals(robot.server.clients.size, 1);
});

natsTest("time, statuses and playback are those of the robot", async (program) => {
  await using scenario = await Scenario.start(program);
  const robot = await scenario.robot({
    capabilities: ["time", "playbackControl"],
    dataStartTime: 0n,
    dataEndTime: 100n,
    listener: {
      onPlaybackControl: (_server, { speed }) => ({ status: "playing", currentTime: 7n, speed, didSeek: false }),
    },
  });
  robot.server.sendStatus(1, "kept", { id: "k", sticky: true });
  const statuses = new Queue<Status>("a status");
  const times = new Queue<bigint>("the time");
  const states = new Queue<PlaybackState>("the playback");
  const edge = await scenario.edge();
  // Otherwise the first status says after 2 s that the robot is not connected.
  await until("the robot is connected", () => edge.edge.stats().robots[0]?.isConnected === true);
  const viewer = await scenario.viewer(edge, {
    onStatus: (_client, status) => statuses.push(status),
    onRemoveStatus: (_client, [id]) => statuses.push({ op: "status", level: 0, message: `removed ${id}` }),
    onTime: (_client, time) => times.push(time),
    onPlaybackState: (_client, state) => states.push(state),
  });
  assertEquals((await statuses.next()).message, `${PREFIX}: kept`);
  await until("the edge has the robot's capabilities", () => viewer.serverInfo.capabilities.includes("time"));
  robot.server.sendStatus(0, "for now");
  assertEquals((await statuses.next()).message, `${PREFIX}: for now`);
  robot.server.removeStatus(["k"]);
  assertEquals((await statuses.next()).message, `removed relay:${PREFIX}:k`);
  robot.server.broadcastTime(5n);
  assertEquals(await times.next(), 5n);
  await viewer.controlPlayback({ command: "play", speed: 2 });
  assertEquals((await states.next()).speed, 2);
});

natsTest("an edge serves several robots, with a prefix for each", async (program) => {
  await using scenario = await Scenario.start(program);
  await scenario.robot().then(({ server }) => server.addChannel({ topic: "/odom", encoding: "json" }));
  const other = await scenario.robot({ options: { prefix: "fg.robot2" } });
  other.server.addChannel({ topic: "/odom", encoding: "json" });
  const { edge, server } = await scenario.edge({ namePrefix: "/one", name: "one" });
  edge.add({ prefix: "fg.robot2", namePrefix: "/two", name: "two" });
  const viewer = await scenario.viewer({ server, connection: other.connection, lines: [] });
  await viewer.waitForChannel("/one/odom");
  await viewer.waitForChannel("/two/odom");
  assertEquals(edge.stats().robots.map(({ name, channels }) => [name, channels]), [["one", 1], ["two", 1]]);
  assertEquals(edge.remove("two"), true);
  assertEquals([...server.channels.values()].map(({ topic }) => topic), ["/one/odom"]);
});

natsTest("maxRateHz of a channel also limits what is sent to NATS", async (program) => {
  await using scenario = await Scenario.start(program);
  const robot = await scenario.robot();
  const id = robot.server.addChannel({ topic: "/imu", encoding: "json", maxRateHz: 5 });
  const messages = await view(await scenario.viewer(await scenario.edge()), "/imu");
  await until("the robot knows the wish", () => robot.server.isActive(id));
  for (let index = 1; index <= 100; index++) robot.server.sendMessage(id, 1n, String(index));
  const texts = [];
  while (texts.at(-1) !== "100") texts.push((await messages.next()).text);
  // They are "1" and "100", and another one for each pause of 200 ms while they were sent.
  assertEquals([texts[0], texts.length < 10], ["1", true]);
  assertEquals(robot.publication.stats().messages, texts.length);
});
