// Requests of viewers through a relay: services, parameters, assets, the graph, publishing, time and playback.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { RequestError } from "../../src/client/mod.ts";
import type { Parameter } from "../../src/protocol/parameters.ts";
import { StatusLevel } from "../../src/protocol/status.ts";
import { RELAYS_KEY } from "../../src/relay/mirror/relay_marker.ts";
import { RefusalError } from "../../src/server/refusal_error.ts";
import { Queue, within } from "../support/events.ts";
import { startRelay, startRobot, until } from "./fixture.ts";

const UTF8 = new TextDecoder();
const JSON_SIDE = { encoding: "json", schemaName: "Any", schemaEncoding: "jsonschema", schema: '{"type":"object"}' };

Deno.test("relay() passes on calls of many viewers, and failures in the robot's own words", async () => {
  await using robot = await startRobot();
  robot.service("/add", ({ a, b }: { a: number; b: number }) => {
    if (a < 0) throw new RefusalError("a must not be negative");
    return { sum: a + b };
  });
  await using relay = await startRelay([{ url: robot.url!, prefix: "/r" }]);
  await using one = await relay.view();
  await using other = await relay.view();
  await within(Promise.all([one.client.waitForService("/r/add"), other.client.waitForService("/r/add")]), "services");
  const results = await Promise.all(
    [one, other].map(({ client }, index) =>
      client.service<{ a: number; b: number }, { sum: number }>("/r/add").call({ a: index, b: 10 })
    ),
  );
  assertEquals(results, [{ sum: 10 }, { sum: 11 }]);
  const error = await assertRejects(() => one.client.callService("/r/add", '{"a":-1,"b":1}'), RequestError);
  assertEquals([error.detail, error.message], [
    "a must not be negative",
    'Service "/r/add" failed: a must not be negative',
  ]);
  const { id } = one.client.services.values().next().value!;
  const { port } = robot.addr!;
  await robot.close();
  await until(() => relay.relay.stats().upstreams[0]?.isConnected === false, "the loss");
  await assertRejects(() => one.client.callService("/r/add", "{}"), RequestError, "r is not connected");
  await using again = await startRobot({ port });
  again.service("/add", () => ({ sum: -1 }));
  await until(() => relay.relay.stats().upstreams[0]?.connections === 2, "the robot");
  const back = one.client.service<object, { sum: number }>("/r/add");
  await until(() => relay.relay.stats().upstreams[0]?.services === 1, "the service of the robot");
  assertEquals([await back.call({}), [...one.client.services.keys()]], [{ sum: -1 }, [id]]);
});

Deno.test("relay() gives a service that its robot has removed to another robot that has it", async () => {
  await using one = await startRobot();
  await using two = await startRobot();
  const reset = one.service("/reset", () => ({ by: "one" }));
  two.service("/reset", () => ({ by: "two" }));
  await using relay = await startRelay([{ url: one.url!, name: "one" }]);
  await using viewer = await relay.view();
  await within(viewer.client.waitForService("/reset"), "the service of one");
  relay.relay.add({ url: two.url!, name: "two" });
  await until(() => relay.relay.stats().upstreams[1]?.refused === 1, "the refusal");
  assertEquals(
    (await viewer.statuses.next()).message,
    'two: "/reset" is a service of one; set a prefix for two',
  );
  reset.close();
  await until(() => relay.relay.stats().upstreams[1]?.services === 1, "the service of two");
  await until(() => viewer.client.statuses.size === 0, "the end of the status");
  assertEquals(await viewer.client.service("/reset").call({}), { by: "two" });
});

Deno.test("relay() passes on services without an encoding, and those of the program", async () => {
  await using robot = await startRobot({
    capabilities: ["services"],
    supportedEncodings: ["ros1"],
    listener: { onServiceRequest: (_server, _id, _call, encoding, payload) => ({ encoding, payload }) },
  });
  robot.addService({ name: "/old", type: "std_srvs/Trigger" });
  await using relay = await startRelay([robot.url!]);
  relay.server.service("/own", () => ({ own: true }));
  await using viewer = await relay.view();
  const { request } = await within(viewer.client.waitForService("/old"), "the service");
  assertEquals(request?.encoding, "ros1");
  assertEquals(UTF8.decode((await viewer.client.callService("/old", "bytes")).payload), "bytes");
  assertEquals(await viewer.client.service("/own").call({}), { own: true });
});

Deno.test("relay() gets, sets and watches parameters of several robots", async () => {
  await using one = await startRobot();
  await using other = await startRobot();
  const store = one.parameters({ "/speed": { value: 1, max: 10 }, "relative": { value: "a" } });
  other.parameters({ "/speed": { value: 2 } });
  await using relay = await startRelay([{ url: one.url!, prefix: "/one" }, { url: other.url!, prefix: "/two" }]);
  await until(() => relay.relay.stats().upstreams.every(({ isConnected }) => isConnected), "the robots");
  await using viewer = await relay.view();
  const texts = (parameters: readonly Parameter[]) =>
    parameters.map(({ name, value }) => `${name}=${value}`).toSorted();
  assertEquals(texts(await viewer.client.getParameters()), ["/one/relative=a", "/one/speed=1", "/two/speed=2"]);
  assertEquals(texts(await viewer.client.getParameters(["/one/relative", "/none/x"])), ["/one/relative=a"]);
  assertEquals(texts(await viewer.client.setParameters([{ name: "/one/speed", value: 5 }])), ["/one/speed=5"]);
  assertEquals([store.get("/speed"), store.get("relative")], [5, "a"]);

  const loop = viewer.client.subscribeParameters(["/one/speed"]);
  assertEquals(texts((await loop.next()).value!), ["/one/speed=5"]);
  await until(() => one.stats().received.subscribeParameterUpdates.messages === 1, "the subscription");
  const changed = new Queue<string>("a change");
  void (async () => {
    for await (const values of loop) texts(values).forEach((text) => changed.push(text));
  })();
  store.set("/speed", 7);
  assertEquals(await changed.next(), "/one/speed=7");
  await viewer.client.setParameters([{ name: "/one/speed", value: 8 }]);
  assertEquals([await changed.next(), changed.size], ["/one/speed=8", 0]);
  loop.close();
  await assertRejects(() => viewer.client.setParameters([{ name: "/none/x", value: 1 }]), RequestError, "/none/x");
});

Deno.test("relay() asks once a second for all parameters, however many viewers ask", async () => {
  let requests = 0;
  await using robot = await startRobot({
    capabilities: ["parameters"],
    listener: {
      onGetParameters: () => [{ name: "/count", value: ++requests }],
      onSetParameters: (_server, parameters) => parameters,
    },
  });
  await using relay = await startRelay([robot.url!]);
  await until(() => relay.relay.stats().upstreams[0]?.isConnected === true, "the robot");
  await using one = await relay.view();
  await using other = await relay.view();
  const get = async () => (await Promise.all([one, other].map(({ client }) => client.getParameters()))).flat();
  assertEquals([(await get()).map(({ value }) => value), requests], [[1, 1], 1]);
  relay.clock.advance(1001);
  assertEquals((await get()).map(({ value }) => value), [2, 2]);
  await one.client.setParameters([{ name: "/count", value: 0 }]);
  assertEquals((await get()).map(({ value }) => value), [3, 3]);
});

Deno.test("relay() fetches an asset once for all viewers, until the robot begins a new session", async () => {
  const fetched: string[] = [];
  await using robot = await startRobot({
    capabilities: ["assets"],
    listener: {
      onFetchAsset: (_server, uri) => {
        fetched.push(uri);
        if (uri === "package://missing") throw new RefusalError("no such file");
        return new TextEncoder().encode(`${uri} of session ${robot.stats().sessionId}`);
      },
    },
  });
  await using relay = await startRelay([robot.url!], { maxCachedAssetBytes: 100 });
  await until(() => relay.relay.stats().upstreams[0]?.isConnected === true, "the robot");
  await using one = await relay.view();
  await using other = await relay.view();
  const fetch = () => Promise.all([one, other].map(({ client }) => client.fetchAsset("package://arm")));
  const [first, second] = (await fetch()).map((bytes) => UTF8.decode(bytes));
  assertEquals([first, fetched], [second, ["package://arm"]]);
  await assertRejects(() => one.client.fetchAsset("package://missing"), RequestError, "no such file");
  assertEquals(relay.relay.stats().assets.assets, 1);
  robot.resetSessionId();
  await until(() => relay.relay.stats().assets.assets === 0, "the new session");
  const [again] = (await fetch()).map((bytes) => UTF8.decode(bytes));
  assertEquals([again === first, fetched.length], [false, 3]);
  // Two assets of more than 50 bytes do not fit.
  await one.client.fetchAsset("package://hand");
  await one.client.fetchAsset("package://arm");
  assertEquals([fetched.length, relay.relay.stats().assets.assets], [5, 1]);
});

Deno.test("relay() does not ask the program for an asset after the viewer has left", async () => {
  const asked: string[] = [];
  const requested: string[] = [];
  await using robot = await startRobot({
    capabilities: ["assets"],
    listener: {
      onFetchAsset: (_server, uri, _requestId, { signal }) => {
        requested.push(uri);
        if (uri === "package://own") throw new RefusalError("no such file");
        return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      },
    },
  });
  await using relay = await startRelay([robot.url!], {}, {
    listener: {
      onFetchAsset: (_server, uri) => {
        asked.push(uri);
        return new Uint8Array(1);
      },
    },
  });
  await until(() => relay.relay.stats().upstreams[0]?.isConnected === true, "the robot");
  await using one = await relay.view();
  await using other = await relay.view();
  const left = assertRejects(() => one.client.fetchAsset("package://slow"));
  await until(() => requested.length === 1, "the request");
  await one.client.close();
  await left;
  await until(() => relay.server.clients.size === 1, "the end of the viewer");
  await other.client.fetchAsset("package://own");
  assertEquals([requested, asked], [["package://slow", "package://own"], ["package://own"]]);
});

Deno.test("relay() joins the connection graphs of its robots while a viewer watches", async () => {
  const watched: boolean[] = [];
  const graphOf = (node: string) => ({
    publishedTopics: [{ name: "/odom", publisherIds: [node] }],
    subscribedTopics: [],
    advertisedServices: [{ name: "/reset", providerIds: [node] }],
  });
  const listener = {
    onConnectionGraphSubscribe: (_server: unknown, isWatched: boolean) => void watched.push(isWatched),
  };
  await using one = await startRobot({ capabilities: ["connectionGraph"], listener });
  await using other = await startRobot({ capabilities: ["connectionGraph"] });
  one.updateConnectionGraph(graphOf("/driver"));
  other.updateConnectionGraph(graphOf("driver"));
  await using relay = await startRelay([{ url: one.url!, prefix: "/one" }, { url: other.url!, name: "other" }]);
  await until(() => relay.relay.stats().upstreams.every(({ isConnected }) => isConnected), "the robots");
  await using viewer = await relay.view();
  assertEquals(watched, []);
  const loop = viewer.client.subscribeConnectionGraph();
  let graph = (await loop.next()).value!;
  while (graph.publishedTopics.length < 2) graph = (await within(loop.next(), "the whole graph")).value!;
  assertEquals(graph.publishedTopics.toSorted((one, other) => one.name < other.name ? -1 : 1), [
    { name: "/odom", publisherIds: ["driver"] },
    { name: "/one/odom", publisherIds: ["/one/driver"] },
  ]);
  assertEquals(graph.advertisedServices.map(({ name }) => name).toSorted(), ["/one/reset", "/reset"]);
  loop.close();
  await until(() => watched.length === 2, "the end of the subscription");
  assertEquals(watched, [true, false]);
});

Deno.test("relay() publishes for its viewers on one channel, as long as one of them does", async () => {
  const events = new Queue<string>("an event");
  await using robot = await startRobot({
    capabilities: ["clientPublish"],
    supportedEncodings: ["json"],
    listener: {
      onClientAdvertise: (_server, { topic, schemaName }) => events.push(`advertise ${topic} ${schemaName}`),
      onClientUnadvertise: () => events.push("unadvertise"),
      onClientMessage: (_server, _id, payload) => events.push(UTF8.decode(payload)),
    },
  });
  await using relay = await startRelay([{ url: robot.url!, prefix: "/r" }]);
  await until(() => relay.relay.stats().upstreams[0]?.isConnected === true, "the robot");
  await using one = await relay.view();
  const other = await relay.view();
  const init = { topic: "/r/cmd_vel", encoding: "json", schemaName: "Twist" };
  const ids = [one, other].map(({ client }) => client.advertise(init));
  one.client.publish(ids[0]!, "from one");
  assertEquals([await events.next(), await events.next()], ["advertise /cmd_vel Twist", "from one"]);
  other.client.publish(ids[1]!, "from the other");
  assertEquals(await events.next(), "from the other");
  await other.client.close();
  one.client.publish(ids[0]!, "from one again");
  assertEquals(await events.next(), "from one again");
  one.client.unadvertise(ids[0]!);
  assertEquals([await events.next(), events.size], ["unadvertise", 0]);
});

Deno.test("relay() passes on time, playback and sessions of the only upstream, or of the one that timeFrom names", async () => {
  const range = { dataStartTime: 0n, dataEndTime: 100n };
  await using player = await startRobot({
    ...range,
    capabilities: ["time", "playbackControl"],
    listener: {
      onPlaybackControl: (_server, { command, speed, seekTime = 7n }) => {
        const status = command === "play" ? "playing" : "paused";
        return { status, speed, currentTime: seekTime, didSeek: true };
      },
    },
  });
  await using other = await startRobot({ capabilities: ["time"] });
  await using relay = await startRelay([{ url: player.url!, name: "player" }, { url: other.url!, name: "other" }], {
    timeFrom: "player",
  });
  await until(() => relay.relay.stats().upstreams.every(({ isConnected }) => isConnected), "the robots");
  const times: bigint[] = [];
  const states = new Queue<string>("a state");
  await using viewer = await relay.view();
  viewer.client.addListener({
    onTime: (_client, time) => void times.push(time),
    onPlaybackState: (_client, { status, currentTime }) => states.push(`${status} ${currentTime}`),
  });
  assertEquals([viewer.client.serverInfo.dataStartTime, viewer.client.serverInfo.dataEndTime], [0n, 100n]);
  other.broadcastTime(99n);
  player.broadcastTime(5n);
  await until(() => times.length > 0, "the time");
  assertEquals(times, [5n]);
  const state = await viewer.client.controlPlayback({ command: "play", speed: 2, seekTime: 42n });
  assertEquals([state.status, state.currentTime, state.speed], ["playing", 42n, 2]);
  assertEquals(await states.next(), "playing 42");
  states.clear();
  await using late = await relay.view();
  assertEquals([late.client.time, await states.next()], [5n, "playing 42"]);
  assertEquals(viewer.client.serverInfo.sessionId, player.stats().sessionId);
  other.resetSessionId("of the other");
  player.resetSessionId("of the player");
  await until(() => viewer.client.serverInfo.sessionId === "of the player", "the new session");
});

Deno.test("relay() begins one session for each session of the robot, also if its clock jumps back", async () => {
  await using robot = await startRobot({ capabilities: ["time"] });
  await using relay = await startRelay([robot.url!]);
  await until(() => relay.server.stats().sessionId === robot.stats().sessionId, "the robot");
  const seen = new Queue<string>("a session or a time");
  await using viewer = await relay.view();
  viewer.client.addListener({
    onSessionReset: (_client, sessionId) => {
      seen.push(sessionId === robot.stats().sessionId ? "session of the robot" : "another session");
    },
    onTime: (_client, time) => seen.push(`${time}`),
  });
  robot.broadcastTime(100n);
  assertEquals(await seen.next(), "100");
  robot.broadcastTime(5n, { newSession: true });
  assertEquals([await seen.next(), await seen.next()], ["session of the robot", "5"]);
  // A robot that does not begin a session itself.
  robot.broadcastTime(4n);
  assertEquals([await seen.next(), await seen.next()], ["another session", "4"]);
  robot.setInfo({ metadata: { floor: "2" } });
  await until(() => viewer.client.serverInfo.metadata?.["floor"] === "2", "the metadata");
  robot.broadcastTime(9n);
  // Robot and relay send the time again with a description, because apps forget it. No session begins.
  const rest: string[] = [];
  while (rest.at(-1) !== "9") rest.push(await seen.next());
  assertEquals([[...new Set(rest)], seen.size], [["4", "9"], 0]);
});

Deno.test("relay() passes on statuses with the name of the robot, and only those with an id to later viewers", async () => {
  await using robot = await startRobot();
  await using relay = await startRelay([{ url: robot.url!, name: "r7" }]);
  await using viewer = await relay.view();
  await until(() => relay.relay.stats().upstreams[0]?.isConnected === true, "the robot");
  robot.sendStatus(StatusLevel.INFO, "hello");
  robot.sendStatus(StatusLevel.ERROR, "motor is hot", { id: "motor" });
  robot.sendStatus(StatusLevel.WARNING, "Send buffer limit reached");
  const texts = [];
  for (const _ of [1, 2, 3]) texts.push((await viewer.statuses.next()).message);
  assertEquals(texts, ["r7: hello", "r7: motor is hot", "r7: slow link to the relay, messages are lost"]);
  await using late = await relay.view();
  assertEquals((await late.statuses.next()).message, "r7: motor is hot");
  robot.removeStatus(["motor"]);
  await until(() => late.client.statuses.size === 0, "the end of the status");
  robot.sendStatus(StatusLevel.ERROR, "gone with the robot", { id: "motor" });
  await until(() => late.client.statuses.size === 1, "the status");
  await robot.close();
  await until(() => late.client.statuses.size === 0, "the end of the status");
});

Deno.test("relay() offers what any of its robots offers, and what the program offers", async () => {
  await using one = await startRobot({
    capabilities: ["services"],
    supportedEncodings: ["json"],
    metadata: { a: "1" },
  });
  await using other = await startRobot({ capabilities: ["assets"], metadata: { a: "2", b: "2" } });
  one.addService({ name: "/s", type: "T", request: JSON_SIDE });
  await using relay = await startRelay([{ url: one.url!, name: "one" }, { url: other.url!, name: "other" }], {}, {
    capabilities: ["clientPublish"],
    supportedEncodings: ["cdr"],
  });
  await until(() => relay.relay.stats().upstreams.every(({ isConnected }) => isConnected), "the robots");
  await using viewer = await relay.view();
  const { capabilities, supportedEncodings, metadata, name } = viewer.client.serverInfo;
  const { [RELAYS_KEY]: _, ...others } = metadata ?? {};
  assertEquals([capabilities.toSorted(), supportedEncodings, others, name], [
    ["assets", "clientPublish", "services"],
    ["cdr", "json"],
    { a: "1", b: "2" },
    "relay",
  ]);
  await relay.relay.close();
  await until(() => viewer.client.serverInfo.capabilities.join() === "clientPublish", "the own description");
});
