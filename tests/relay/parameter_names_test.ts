// Parameters whose names have no slash at the beginning, behind a prefix.

import { assertEquals } from "@std/assert/equals";
import type { Parameter } from "../../src/protocol/parameters.ts";
import { RefusalError } from "../../src/server/refusal_error.ts";
import { Queue } from "../support/events.ts";
import { startRelay, startRobot, until } from "./fixture.ts";

const textsOf = (parameters: readonly Parameter[]) => parameters.map(({ name, value }) => `${name}=${value}`);

/** Starts a robot with a relative and an absolute name, and a relay that has not seen them. */
async function startFresh() {
  const robot = await startRobot();
  const store = robot.parameters({ "kp": { value: 1 }, "/ki": { value: 2 } });
  const relay = await startRelay([{ url: robot.url!, prefix: "/r" }]);
  await until(() => relay.relay.stats().upstreams[0]?.isConnected === true, "the robot");
  const viewer = await relay.view();
  const requests = () => robot.stats().received.getParameters.messages;
  const stack = new AsyncDisposableStack();
  for (const each of [robot, relay, viewer]) stack.use(each);
  return { robot, store, relay, viewer, requests, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

Deno.test("relay() sets a parameter without a slash that it has not seen, and asks for the names once", async () => {
  await using fresh = await startFresh();
  const { store, viewer, requests } = fresh;
  const set = (name: string, value: number) => viewer.client.setParameters([{ name, value }]);
  const results = await Promise.all([set("/r/kp", 5), set("/r/ki", 6)]);
  assertEquals(results.map(textsOf), [["/r/kp=5"], ["/r/ki=6"]]);
  assertEquals([store.get("kp"), store.get("/ki"), requests()], [5, 6, 1]);
});

Deno.test("relay() returns a parameter without a slash that it has not seen, but none with an unknown name", async () => {
  await using fresh = await startFresh();
  const { viewer, requests } = fresh;
  assertEquals(textsOf(await viewer.client.getParameters(["/r/kp"])), ["/r/kp=1"]);
  assertEquals(requests(), 2);
  assertEquals(await viewer.client.getParameters(["/r/none"]), []);
  assertEquals(requests(), 3);
});

Deno.test("relay() passes on a watched parameter without a slash, also after the robot has started again", async () => {
  const first = await startRobot();
  first.parameters({ "kp": { value: 1 } });
  const { port } = first.addr!;
  await using relay = await startRelay([{ url: first.url!, prefix: "/r" }]);
  await using viewer = await relay.view();
  const values = new Queue<unknown>("a value");
  const loop = viewer.client.subscribeParameters(["/r/kp", "/r/later"]);
  const done = (async () => {
    for await (const parameters of loop) textsOf(parameters).forEach((text) => values.push(text));
  })();
  const next = async (text: string) => {
    while (await values.next() !== text);
  };
  await next("/r/kp=1");
  await first.close();
  await using robot = await startRobot({ port });
  const store = robot.parameters({ "kp": { value: 2 }, "later": { value: 3 } });
  // The values of both are requested, because the relay has learned the names of this robot.
  await until(() => robot.stats().received.subscribeParameterUpdates.messages >= 2, "the subscriptions");
  await until(() => relay.relay.stats().upstreams[0]?.isConnected === true, "the robot");
  store.set("kp", 4);
  store.set("later", 5);
  await next("/r/later=5");
  loop.close();
  await done;
});

Deno.test("relay() does not take the name of a topic for that of a parameter", async () => {
  await using robot = await startRobot();
  robot.channel("speed");
  robot.parameters({ "/speed": { value: 1 } });
  await using relay = await startRelay([{ url: robot.url!, prefix: "/r" }]);
  await using viewer = await relay.view();
  await viewer.channel("/r/speed");
  assertEquals(textsOf(await viewer.client.getParameters(["/r/speed"])), ["/r/speed=1"]);
});

Deno.test("relay() finds out which of two robots without a prefix has a parameter", async () => {
  await using one = await startRobot();
  await using two = await startRobot();
  one.parameters({ "/one": { value: 1 } });
  two.parameters({ "/two": { value: 2 } });
  await using relay = await startRelay([one.url!, two.url!]);
  await until(() => relay.relay.stats().upstreams.every(({ isConnected }) => isConnected), "the robots");
  await using viewer = await relay.view();
  assertEquals(textsOf(await viewer.client.getParameters(["/two"])), ["/two=2"]);
});

Deno.test("relay() takes a name as it is if the robot refuses to list its parameters, or does not answer", async () => {
  for (const isRefused of [true, false]) {
    const asked = Promise.withResolvers<void>();
    await using robot = await startRobot({
      capabilities: ["parameters"],
      listener: {
        onGetParameters: () => {
          asked.resolve();
          if (isRefused) throw new RefusalError("too many");
          return new Promise<never>(() => {});
        },
        onSetParameters: (_server, parameters) => parameters,
      },
    });
    await using relay = await startRelay([{ url: robot.url!, prefix: "/r" }]);
    await until(() => relay.relay.stats().upstreams[0]?.isConnected === true, "the robot");
    await using viewer = await relay.view();
    const set = viewer.client.setParameters([{ name: "/r/kp", value: 1 }]);
    await asked.promise;
    assertEquals(robot.stats().received.setParameters.messages, 0);
    if (!isRefused) relay.clock.advance(2000);
    assertEquals(textsOf(await set), ["/r/kp=1"]);
  }
});
