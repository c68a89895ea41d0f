// Robots that connect to a relay with connectToRelay().

import { assertEquals } from "@std/assert/equals";
import { assert } from "@std/assert/assert";
import { assertThrows } from "@std/assert/throws";
import { CLOCK } from "../../src/clock.ts";
import { SUBPROTOCOLS } from "../../src/protocol/capabilities.ts";
import { connectToRelay, type Relay, type RelayConnectionOptions } from "../../src/relay/mod.ts";
import { bearerToken } from "../../src/server/http/bearer_token.ts";
import type { FoxgloveServerOptions } from "../../src/server/options.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { freePort } from "../support/free_port.ts";
import { Queue } from "../support/events.ts";
import { FakeConnection } from "../support/fake_server.ts";
import { TcpProxy } from "../support/tcp_proxy.ts";
import { TestClock } from "../support/test_clock.ts";
import { recordingLogger } from "../support/test_server.ts";
import { closing, startRelay, until } from "./fixture.ts";

const ODOM = { topic: "/odom", encoding: "json" };
const TOKEN = "the-token-of-robot7";
const FAST = { minRetryDelayMs: 5, maxRetryDelayMs: 10 };

/** The part of a relay's program to which robots connect. */
interface Gate extends AsyncDisposable {
  readonly url: string;
  /** The sockets of the robots that have connected. */
  readonly sockets: Queue<WebSocket>;
}

/** Listens for robots. Without a relay, it only accepts their sockets. `port`: that of a gate that was here before. */
function openGate(relay?: Relay, port = freePort()): Gate {
  const authorize = bearerToken({ token: TOKEN, name: "r7" });
  const sockets = new Queue<WebSocket>("the socket of a robot");
  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, async (request) => {
    const identity = await authorize(request);
    if (identity instanceof Response) return identity;
    const subprotocol = SUBPROTOCOLS[0]!;
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: subprotocol });
    relay?.accept(socket, { name: identity.name!, prefix: "/r7", subprotocol });
    sockets.push(socket);
    return response;
  });
  return {
    url: `ws://127.0.0.1:${server.addr.port}/robots?key=secret`,
    sockets,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Creates a robot that does not listen. */
function createRobot(options: Partial<FoxgloveServerOptions> = {}) {
  const { logger, lines } = recordingLogger();
  return { robot: new FoxgloveServer({ name: "robot", logger, ...options }), lines };
}

Deno.test("connectToRelay() connects a robot, and again after a loss, until it is closed", async () => {
  await using relay = await startRelay([]);
  await using gate = openGate(relay.relay);
  const { robot, lines } = createRobot();
  await using _robot = robot;
  const id = robot.addChannel(ODOM);
  await using link = connectToRelay(gate.url, robot, { token: TOKEN, ...FAST });
  assertEquals([link.isConnected, link.problem], [false, undefined]);
  await using viewer = await relay.view();
  const { id: viewed } = await viewer.channel("/r7/odom");
  using messages = viewer.subscribe("/r7/odom");
  await until(() => robot.hasSubscribers(id), "the subscription");
  robot.sendMessage(id, 5n, "first link");
  assertEquals([await messages.next(), link.isConnected, link.problem], ["first link", true, undefined]);
  assertEquals([...robot.clients.values()].map(({ userAgent, subprotocol }) => [userAgent, subprotocol]), [
    ["relay", SUBPROTOCOLS[0]],
  ]);

  (await gate.sockets.next()).close(1000, "maintenance");
  await gate.sockets.next();
  await until(() => robot.hasSubscribers(id), "the subscription of the second link");
  robot.sendMessage(id, 6n, "second link");
  assertEquals(await messages.next(), "second link");
  assertEquals([[...relay.server.channels.keys()], robot.clients.size], [[viewed], 1]);

  await link.close();
  await link.closed;
  assertEquals([link.isConnected, link.problem, robot.clients.size], [false, undefined, 0]);
  await until(() => relay.relay.stats().upstreams[0]?.isConnected === false, "the end");
  const label = "ws://127.0.0.1/robots";
  assertEquals(lines.filter((line) => line.includes("Connection to a relay")), [
    `info: Connection to a relay: ${label} is connected`,
    `warn: Connection to a relay: lost ${label}: code 1000, "maintenance"`,
    `warn: Connection to a relay: ${label} is connected again`,
  ]);
});

Deno.test("connectToRelay() says why the relay rejects the robot, without tokens, and tries again", async () => {
  await using relay = await startRelay([]);
  await using gate = openGate(relay.relay);
  const clock = new TestClock();
  const { robot, lines } = createRobot({ [CLOCK]: clock } as Partial<FoxgloveServerOptions>);
  await using _robot = robot;
  await using link = connectToRelay(gate.url, robot, { token: "wrong", ...FAST });
  await until(() => link.problem !== undefined, "the first failure");
  assert(/^Cannot connect to ws:\/\/127\.0\.0\.1:\d+\/robots.*: .*401/.test(link.problem!), link.problem);
  clock.advance(2000);
  assertEquals(lines.filter((line) => line.includes("Connection to a relay")).map((line) => line.split(": ", 3)), [
    ["warn", "Connection to a relay", "ws://127.0.0.1/robots is not connected"],
  ]);
  assertEquals([link.problem, ...lines].filter((text) => /secret|wrong/.test(text!)), []);
});

Deno.test("connectToRelay() connects when the relay starts later", async () => {
  await using relay = await startRelay([]);
  const { url, port } = await (async () => {
    await using gate = openGate();
    return { url: gate.url, port: Number(new URL(gate.url).port) };
  })();
  const { robot } = createRobot();
  await using _robot = robot;
  await using link = connectToRelay(url, robot, { token: TOKEN, ...FAST });
  await until(() => link.problem !== undefined, "the first failure");
  await using _gate = openGate(relay.relay, port);
  await until(() => link.isConnected, "the connection");
});

Deno.test("connectToRelay() notices a broken network, and the server forgets the connection", async () => {
  await using gate = openGate();
  await using network = new TcpProxy(Number(new URL(gate.url).port));
  const { robot, lines } = createRobot();
  await using _robot = robot;
  const url = `ws://127.0.0.1:${network.port}`;
  await using link = connectToRelay(url, robot, { token: TOKEN, maxSilenceMs: 50, ...FAST });
  await until(() => robot.clients.size === 1, "the first connection");
  const [first] = robot.clients.keys();
  // From now on the robot gets no answer, not even to its close.
  network.stall();
  await until(() => !robot.clients.has(first!), "the end of the first connection");
  network.resume();
  await until(() => link.isConnected, "the second connection");
  assert(lines.some((line) => line.endsWith(": the server sent nothing for 50 ms")), lines.join("\n"));
});

Deno.test("Relay.accept() sends robots something every 10 seconds, until it is closed", async () => {
  await using relay = await startRelay([]);
  const socket = closing(new FakeConnection("", []));
  relay.relay.accept(socket, { name: "r7" });
  socket.accepts();
  socket.says({ op: "serverInfo", name: "robot", capabilities: [] });
  await until(() => relay.relay.stats().upstreams[0]?.isConnected === true, "the connection");
  relay.clock.advance(9999);
  socket.hearsNothing();
  relay.clock.advance(1);
  relay.clock.advance(10_000);
  const heartbeat = { op: "unsubscribe", subscriptionIds: [] } as const;
  socket.hears(heartbeat, heartbeat);
  relay.relay.remove("r7");
  relay.clock.advance(10_000);
  socket.hearsNothing();
});

Deno.test("connectToRelay() ends when its server is closed", async () => {
  await using gate = openGate();
  const { robot, lines } = createRobot();
  const link = connectToRelay(gate.url, robot, { token: TOKEN, ...FAST });
  await until(() => link.isConnected, "the connection");
  await robot.close();
  await link.closed;
  assertEquals([link.isConnected, link.problem], [false, undefined]);
  assertEquals(lines.filter((line) => line.includes("lost")), []);
});

Deno.test("connectToRelay() gives the relay the identity that the program states", async () => {
  await using gate = openGate();
  const { robot } = createRobot({ authorize: bearerToken("viewer-secret-0123456789") });
  await using _robot = robot;
  assertThrows(() => connectToRelay(gate.url, robot, { token: TOKEN }), TypeError, '"identity" is required');
  const identity = { name: "fleet relay", rights: { readOnly: true } };
  await using link = connectToRelay(gate.url, robot, { token: TOKEN, identity, ...FAST });
  await until(() => link.isConnected, "the connection");
  assertEquals([...robot.clients.values()].map(({ identity }) => identity?.name), ["fleet relay"]);
});

Deno.test("connectToRelay() throws for what a program has got wrong", async () => {
  const { robot } = createRobot();
  await using _robot = robot;
  const url = "ws://127.0.0.1:9";
  const start = (options: unknown, address = url) => () =>
    void connectToRelay(address, robot, options as RelayConnectionOptions);
  assertThrows(start({ tokn: "x" }), TypeError, 'did you mean "token"?');
  assertThrows(start({ minRetryDelayMs: 0 }), RangeError, "minRetryDelayMs");
  assertThrows(start({}, "relay.example"), TypeError, "not a URL");
  assertThrows(start({ identity: { rigths: {} } }), TypeError, "rigths");
  assertThrows(() => connectToRelay(url, {} as FoxgloveServer), TypeError, "not a FoxgloveServer");
});
