// Robots that connect to the relay, and the options of relays.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { relay as startRelayOn, type RelayUpstream } from "../../src/relay/mod.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { bearerToken } from "../../src/server/http/bearer_token.ts";
import { FakeConnection } from "../support/fake_server.ts";
import { closing, startRelay, startRobot, until, Viewer } from "./fixture.ts";

const ODOM = { topic: "/odom", encoding: "json" };
const subprotocol = "foxglove.sdk.v1";

Deno.test("Relay.accept() serves a robot that connects, and gives it its channels back when it connects again", async () => {
  await using relay = await startRelay([]);
  await using fleet = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: subprotocol });
    relay.relay.accept(socket, { name: "r7", prefix: "/r7", subprotocol });
    return response;
  });
  const dial = (robot: FoxgloveServer) =>
    robot.acceptSocket(new WebSocket(`ws://127.0.0.1:${fleet.addr.port}`, subprotocol), { subprotocol });
  await using robot = new FoxgloveServer({ name: "robot", logger: false });
  const id = robot.addChannel(ODOM);
  dial(robot);
  await using viewer = await relay.view();
  const { id: viewed } = await viewer.channel("/r7/odom");
  using messages = viewer.subscribe("/r7/odom");
  await until(() => robot.hasSubscribers(id), "the subscription");
  robot.sendMessage(id, 5n, "first link");
  assertEquals(await messages.next(), "first link");

  // The robot has lost its network, and the relay does not know it yet.
  dial(robot);
  await until(() => relay.relay.stats().upstreams[0]?.connections === 2, "the second link");
  await until(() => robot.hasSubscribers(id) && robot.clients.size === 1, "the subscription of the second link");
  robot.sendMessage(id, 6n, "second link");
  assertEquals(await messages.next(), "second link");
  assertEquals([[...relay.server.channels.keys()], viewer.removed.size], [[viewed], 0]);

  await robot.close();
  await until(() => relay.relay.stats().upstreams[0]?.isConnected === false, "the loss");
  assertEquals([relay.server.channels.size, relay.relay.remove("r7"), relay.server.channels.size], [1, true, 0]);
  assertEquals([relay.relay.remove("r7"), relay.relay.stats().upstreams], [false, []]);
});

Deno.test("relay() sends a token and the wanted subprotocols, and its server has rights of its own", async () => {
  await using robot = await startRobot({ authorize: bearerToken("robot-secret-0123456789") });
  robot.addChannel(ODOM);
  await using relay = await startRelay(
    [{ url: robot.url!, name: "robot", token: "robot-secret-0123456789", subprotocols: ["foxglove.websocket.v1"] }],
    {},
    { authorize: bearerToken("viewer-secret-0123456789") },
  );
  await until(() => relay.server.channels.size === 1, "the channel");
  assertEquals([...robot.clients.values()].map(({ subprotocol }) => subprotocol), ["foxglove.websocket.v1"]);
  const url = `${relay.server.url}/?token=viewer-secret-0123456789`;
  await using viewer = await Viewer.connect(url);
  await viewer.channel("/odom");
});

Deno.test("relay() never writes the token of an upstream, also if it is in the URL", async () => {
  await using robot = await startRobot({ authorize: bearerToken("robot-secret-0123456789") });
  await using relay = await startRelay([`${robot.url}/?token=wrong-secret-0123456789`]);
  await using viewer = await relay.view();
  await until(() => relay.relay.stats().upstreams[0]?.problem !== undefined, "the failure");
  relay.clock.advance(2000);
  const { message } = await viewer.statuses.next();
  const text = JSON.stringify([message, relay.lines, relay.relay.stats()]);
  assertEquals([text.includes("secret"), message.split(" (")], [false, [
    `127.0.0.1:${robot.addr!.port}: not connected`,
    "Invalid status code: 401)",
  ]]);
});

Deno.test("relay() and its methods reject wrong arguments, and change nothing then", async () => {
  await using server = new FoxgloveServer({ name: "relay", logger: false });
  const start = (upstreams: unknown, options?: object) => () =>
    startRelayOn(upstreams as readonly RelayUpstream[], server, options);
  for (const url of ["not a url", "http://[::1", "ftp://robot"]) {
    assertThrows(start([url]), TypeError, `Cannot connect to "${url}": not a URL`);
  }
  assertThrows(start([], { latched: [] }), TypeError, 'Cannot relay: unknown option "latched"; did you mean "latch"?');
  assertThrows(start([], null!), TypeError, "Cannot relay: the options must be an object, not null");
  assertThrows(start([], { latch: ["/a*b"] }), TypeError, '"latch" contains "/a*b"');
  assertThrows(start([], { maxCachedAssetBytes: -1 }), RangeError, "maxCachedAssetBytes");
  assertThrows(start([], { policy: 1 }), TypeError, '"policy" is a number');
  assertThrows(start([{ url: "ws://127.0.0.1:9", prefix: "robot" }]), TypeError, 'the prefix "robot"');
  assertThrows(start(["ws://127.0.0.1:9", "ws://127.0.0.1:9/other"]), TypeError, 'the name "127.0.0.1:9"');
  assertThrows(() => startRelayOn([], {} as FoxgloveServer), TypeError, "not a FoxgloveServer");
  const createWebSocket = (url: string) => new FakeConnection(url, []);
  assertThrows(start([{ url: "ws://a", token: "t", createWebSocket }]), TypeError, "exclude each other");
  await using robot = await startRobot();
  const good = { url: robot.url! };
  assertThrows(start([good, { url: "ws://a", name: "" }]), TypeError, "its name is empty");
  assertThrows(start([good, { url: "ws://a", maxKept: 0 }]), RangeError, "maxKept must be above 0");
  assertThrows(start([good, { url: "ws://a", toekn: "" }]), TypeError, 'did you mean "token"?');
  assertEquals([server.channels.size, robot.clients.size], [0, 0]);

  const relay = startRelayOn([{ url: "ws://127.0.0.1:9", name: "a" }], server);
  const socket = closing(new FakeConnection("", []));
  assertThrows(() => relay.accept(socket, { name: "a" }), TypeError, 'the name "a"');
  relay.accept(socket, { name: "b" });
  assertThrows(() => relay.accept(socket, { name: "b", prefix: "/b" }), TypeError, "another prefix");
  assertThrows(() => relay.accept(socket, { name: "c", maxKept: 0 }), RangeError, "maxKept must be above 0");
  assertThrows(() => relay.accept(socket, { name: "" }), TypeError, "its name is empty");
  assertEquals(relay.stats().upstreams.map(({ name }) => name), ["a", "b"]);
  await relay.close();
  await relay.close();
  assertThrows(() => relay.add("ws://127.0.0.1:9"), TypeError, "the relay is closed");
  assertThrows(() => relay.accept(socket, { name: "c" }), TypeError, "the relay is closed");
});

Deno.test("relay() ends when its server closes", async () => {
  await using robot = await startRobot();
  const server = new FoxgloveServer({ name: "relay", logger: false });
  const relay = startRelayOn([robot.url!], server);
  await until(() => robot.clients.size === 1, "the connection");
  await server.close();
  await relay.closed;
  await until(() => robot.clients.size === 0, "the end of the connection");
});
