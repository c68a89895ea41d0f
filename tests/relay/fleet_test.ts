// Robots that join and leave a relay while viewers are connected, and requests for several of them.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { RequestError } from "../../src/client/mod.ts";
import { RefusalError } from "../../src/server/refusal_error.ts";
import { Queue } from "../support/events.ts";
import { startRelay, startRobot, until } from "./fixture.ts";

const UTF8 = new TextDecoder();

Deno.test("relay() passes on what viewers publish to a robot that joins later, and to the next one of its name", async () => {
  const events = new Queue<string>("an event");
  const startListener = (name: string) =>
    startRobot({
      capabilities: ["clientPublish"],
      supportedEncodings: ["json"],
      listener: {
        onClientAdvertise: (_server, { topic }) => events.push(`${name}: ${topic}`),
        onClientUnadvertise: () => events.push(`${name}: end`),
        onClientMessage: (_server, _id, payload) => events.push(`${name}: ${UTF8.decode(payload)}`),
      },
    });
  await using one = await startListener("one");
  await using two = await startListener("two");
  await using relay = await startRelay([{ url: one.url!, prefix: "/one" }]);
  await until(() => relay.relay.stats().upstreams[0]?.isConnected === true, "the robot");
  await using viewer = await relay.view();
  const id = viewer.client.advertise({ topic: "/two/cmd_vel", encoding: "json", schemaName: "Twist" });
  await until(() => relay.server.stats().received.advertise.messages === 1, "the channel of the viewer");
  for (const _ of ["for the first time", "again"]) {
    relay.relay.add({ url: two.url!, prefix: "/two", minRetryDelayMs: 5 });
    assertEquals(await events.next(), "two: /cmd_vel");
    viewer.client.publish(id, "go");
    assertEquals(await events.next(), "two: go");
    relay.relay.remove("two");
    assertEquals(await events.next(), "two: end");
  }
  assertEquals([events.size, one.stats().received.advertise.messages], [0, 0]);
});

Deno.test("relay() passes on watched parameters of a robot that joins later", async () => {
  await using one = await startRobot();
  await using two = await startRobot();
  one.parameters({ "/speed": { value: 1 } });
  const store = two.parameters({ "/speed": { value: 2 } });
  await using relay = await startRelay([{ url: one.url!, prefix: "/one" }]);
  await until(() => relay.relay.stats().upstreams[0]?.isConnected === true, "the robot");
  await using viewer = await relay.view();
  const values = new Queue<unknown>("a value");
  const loop = viewer.client.subscribeParameters(["/two/speed"]);
  const done = (async () => {
    for await (const parameters of loop) parameters.forEach(({ value }) => values.push(value));
  })();
  await until(() => relay.server.stats().received.subscribeParameterUpdates.messages === 1, "the subscription");
  relay.relay.add({ url: two.url!, prefix: "/two", minRetryDelayMs: 5 });
  assertEquals(await values.next(), 2);
  store.set("/speed", 3);
  // Its client requests the values again, because the description of the server has changed.
  let value;
  do value = await values.next(); while (value === 2);
  assertEquals(value, 3);
  loop.close();
  await done;
  assertEquals(one.stats().received.subscribeParameterUpdates.messages, 0);
});

Deno.test("relay() sets no parameter if one of the robots is away, and handles all failures", async () => {
  await using one = await startRobot({
    capabilities: ["parameters"],
    listener: {
      onSetParameters: () => {
        throw new RefusalError("refused by one");
      },
    },
  });
  const two = await startRobot({ capabilities: ["parameters"], listener: { onSetParameters: () => [] } });
  await using relay = await startRelay([{ url: one.url!, prefix: "/one" }, { url: two.url!, prefix: "/two" }]);
  await until(() => relay.relay.stats().upstreams.every(({ isConnected }) => isConnected), "the robots");
  await using viewer = await relay.view();
  const set = () => viewer.client.setParameters([{ name: "/one/speed", value: 1 }, { name: "/two/speed", value: 1 }]);
  await assertRejects(set, RequestError, "refused by one");
  await two.close();
  await until(() => relay.relay.stats().upstreams[1]?.isConnected === false, "the loss");
  await assertRejects(set, RequestError, "two is not connected");
  assertEquals(one.stats().received.setParameters.messages, 1);
});
