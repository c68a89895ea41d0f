// Latched topics: every viewer gets the newest messages, and none gets outdated ones.

import { assertEquals } from "@std/assert/equals";
import { startRelay, startRobot, subscribersOf, until } from "./fixture.ts";

const JSON_MAP = { topic: "/map", encoding: "json" };

Deno.test("a server marks latched channels, and relay() sends their messages to the second viewer", async () => {
  await using robot = await startRobot();
  const id = robot.addChannel({ topic: "/plan", encoding: "json", latch: { depth: 2 }, metadata: { by: "planner" } });
  for (const text of ["old", "newer", "newest"]) robot.sendMessage(id, 5n, text);
  await using relay = await startRelay([robot.url!]);
  await using first = await relay.view();
  assertEquals((await first.channel("/plan")).metadata, { by: "planner", "foxglove-ws.latchDepth": "2" });
  using a = first.subscribe("/plan");
  assertEquals([await a.next(), await a.next()], ["newer", "newest"]);
  await using second = await relay.view();
  await second.channel("/plan");
  using b = second.subscribe("/plan");
  assertEquals([await b.next(), await b.next(), b.size], ["newer", "newest", 0]);
  assertEquals(robot.stats().clients.length, 1);
});

Deno.test("relay() latches topics by name, and forgets their messages with the last viewer", async () => {
  const toNext: string[] = [];
  await using robot = await startRobot({
    listener: {
      // As a bridge does that subscribes anew for each client.
      onClientSubscribe: (server, id) => toNext.forEach((text) => server.sendMessage(id, 5n, text)),
    },
  });
  const id = robot.addChannel(JSON_MAP);
  toNext.push("first map");
  await using relay = await startRelay([robot.url!]);
  await using one = await relay.view();
  await using other = await relay.view();
  await Promise.all([one.channel("/map"), other.channel("/map")]);
  const a = one.subscribe("/map");
  assertEquals(await a.next(), "first map");
  const b = other.subscribe("/map");
  assertEquals(await b.next(), "first map");
  for (const each of [a, b]) each[Symbol.dispose]();
  await until(() => !robot.hasSubscribers(id), "the end of the subscription");

  toNext.splice(0, 1, "second map");
  using c = other.subscribe("/map");
  assertEquals(await c.next(), "second map");
});

Deno.test("relay() forgets latched messages when the robot is lost", async () => {
  const robot = await startRobot();
  const id = robot.addChannel({ ...JSON_MAP, latch: true });
  robot.sendMessage(id, 5n, "before the loss");
  await using relay = await startRelay([robot.url!]);
  await using one = await relay.view();
  await one.channel("/map");
  using a = one.subscribe("/map");
  assertEquals(await a.next(), "before the loss");
  const { port } = robot.addr!;
  await robot.close();
  await until(() => relay.relay.stats().upstreams[0]?.isConnected === false, "the loss");
  await using other = await relay.view();
  await other.channel("/map");
  using b = other.subscribe("/map");
  await until(() => subscribersOf(relay.server) === 2, "the subscription");
  await using restarted = await startRobot({ port });
  const again = restarted.addChannel({ ...JSON_MAP, latch: true });
  restarted.sendMessage(again, 6n, "after the restart");
  assertEquals([await a.next(), await b.next()], ["after the restart", "after the restart"]);
});

Deno.test("relay() keeps static transforms of several nodes, and the option latch replaces the list", async () => {
  await using robot = await startRobot();
  const transforms = { topic: "/tf_static", encoding: "cdr", schemaName: "tf2_msgs/msg/TFMessage", schema: "x" };
  robot.addChannels([transforms, { topic: "/calibration/left", encoding: "json" }, JSON_MAP]);
  const depths = async (latch?: readonly string[]) => {
    await using relay = await startRelay([robot.url!], latch ? { latch } : {});
    await until(() => relay.server.channels.size === 3, "the channels");
    return [...relay.server.channels.values()].map(({ metadata }) => metadata?.["foxglove-ws.latchDepth"]);
  };
  assertEquals(await depths(), ["100", undefined, "1"]);
  assertEquals(await depths(["/calibration/*"]), [undefined, "1", undefined]);
});
