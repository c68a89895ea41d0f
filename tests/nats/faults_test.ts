// Robots and edges while NATS, a robot, an edge or the network fails. With real servers of NATS.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { delay } from "@std/async/delay";
import { publishToNats } from "../../src/nats/mod.ts";
import { encodeHeartbeat } from "../../src/nats/presence.ts";
import type { FoxgloveClient } from "../../src/client/mod.ts";
import type { ChannelId } from "../../src/protocol/ids.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { MS, type Queue, within } from "../support/events.ts";
import { connectToNats, NatsServer, natsTest, natsTests } from "../support/nats_server.ts";
import { TcpProxy } from "../support/tcp_proxy.ts";
import { PREFIX, type RobotSide, Scenario, until, view, type ViewedMessage } from "./scenario.ts";

/** Sends numbered messages until it is disposed of. */
class Counter implements Disposable {
  /** The last number. */
  sent = 0;
  readonly #server: FoxgloveServer;
  readonly #id: ChannelId;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor({ server }: RobotSide, topic: string, intervalMs: number) {
    this.#server = server;
    this.#id = server.addChannel({ topic, encoding: "json" });
    this.#timer = setInterval(() => this.send(), intervalMs);
  }

  /** Sends the next number at once. */
  send(): void {
    this.sent += 1;
    this.#server.sendMessage(this.#id, BigInt(this.sent), String(this.sent));
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** Waits for a message that was sent after `number`. Returns all numbers until then. */
async function numbersUntil(messages: Queue<ViewedMessage>, number: number): Promise<number[]> {
  const numbers: number[] = [];
  while (!((numbers.at(-1) ?? 0) > number)) {
    numbers.push(Number((await within(messages.next(), `a message after ${number}`, 15_000 * MS)).text));
  }
  return numbers;
}

function isRising(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > numbers[index - 1]!);
}

/** The ids and topics of a viewer's channels. */
function channelsOf(viewer: FoxgloveClient): string[] {
  return [...viewer.channels.values()].map(({ id, topic }) => `${id} ${topic}`).sort();
}

for (const losesState of [false, true]) {
  const what = losesState ? ", and has lost its streams" : "";
  natsTests(
    `a server of NATS is killed and restarted${what}: data goes on, nothing latched is lost`,
    async (program) => {
      await using scenario = await Scenario.start(program);
      const robot = await scenario.robot();
      const latched = robot.server.addChannel({ topic: "/map", encoding: "json", latch: true });
      robot.server.sendMessage(latched, 1n, "before");
      using counter = new Counter(robot, "/count", 20);
      const edge = await scenario.edge();
      const unadvertised: string[] = [];
      const viewer = await scenario.viewer(edge, {
        onUnadvertise: (_client, channels) => void unadvertised.push(...channels.map(({ topic }) => topic)),
      });
      const messages = await view(viewer, "/count");
      const maps = await view(viewer, "/map");
      await numbersUntil(messages, 0);
      assertEquals((await maps.next()).text, "before");
      const ids = channelsOf(viewer);

      await scenario.nats.kill(losesState);
      const { sent } = counter;
      // Changes while NATS is away.
      robot.server.sendMessage(latched, 2n, "meanwhile");
      robot.server.addChannel({ topic: "/new", encoding: "json" });
      await until("messages were lost", () => counter.sent > sent + 25);
      await scenario.nats.restart();

      const numbers = await numbersUntil(messages, counter.sent);
      assertEquals(isRising(numbers), true);
      await viewer.waitForChannel("/new");
      let map = await maps.next();
      // The edge may have been away so long that it has replayed the older one.
      if (map.text === "before") map = await maps.next();
      assertEquals(map.text, "meanwhile");
      assertEquals(channelsOf(viewer).filter((each) => ids.includes(each)), ids);
      assertEquals(unadvertised, []);

      // An edge that has seen nothing of this gets everything.
      const late = await scenario.viewer(await scenario.edge());
      assertEquals((await (await view(late, "/map")).next()).text, "meanwhile");
      await late.waitForChannel("/new");

      // Failures that are over are not the last lines of logs that show warnings only.
      for (const { lines } of [robot, edge]) {
        const warnings = lines.filter((line) => line.startsWith("warn: NATS: "));
        const prefix = `warn: NATS: ${PREFIX}: `;
        const [losses, returns] = ["lost the connection to NATS", "connected to NATS again after "].map((text) =>
          warnings.filter((line) => line.startsWith(prefix + text)).length
        );
        assertEquals([losses, returns], [1, 1], lines.join("\n"));
      }
      const dropped = robot.lines.some((line) => / s, \d+ messages were dropped$/.test(line));
      assertEquals(dropped, true, robot.lines.join("\n"));
    },
  );
}

natsTest("a server disconnects the client of its own publication while NATS is away: data goes on", async (program) => {
  await using scenario = await Scenario.start(program);
  const robot = await scenario.robot();
  const latched = robot.server.addChannel({ topic: "/map", encoding: "json", latch: true });
  using counter = new Counter(robot, "/count", 5);
  const viewer = await scenario.viewer(await scenario.edge());
  const messages = await view(viewer, "/count");
  await numbersUntil(messages, 0);
  const before = counter.sent + 5000;
  while (counter.sent < before) {
    for (let count = 0; count < 500; count++) counter.send();
    await numbersUntil(messages, counter.sent - 1);
  }
  const maps = await view(viewer, "/map");
  for (let number = 1n; number <= 5n; number++) robot.server.sendMessage(latched, number, "before");
  while ((await maps.next()).timestamp < 5n);
  await scenario.nats.kill();
  const channels = robot.publication.stats().channels;
  for (const client of robot.server.clients.values()) robot.server.disconnect(client.id);
  await until("the channels are gone", () => robot.publication.stats().channels === 0);
  await until("the channels are back", () => robot.publication.stats().channels === channels);
  await scenario.nats.restart();
  const { sent } = counter;
  // Without reaching the number of messages before.
  assertEquals(await numbersUntil(messages, sent).then((numbers) => numbers.at(-1)! < sent + 4500), true);
  robot.server.sendMessage(latched, 6n, "after");
  while ((await maps.next()).text !== "after");
});

natsTest("an edge dies, and another one takes over", async (program) => {
  await using scenario = await Scenario.start(program);
  const robot = await scenario.robot();
  using counter = new Counter(robot, "/count", 20);
  const latched = robot.server.addChannel({ topic: "/map", encoding: "json", latch: true });
  robot.server.sendMessage(latched, 1n, "map");
  const first = await scenario.edge();
  await numbersUntil(await view(await scenario.viewer(first), "/count"), 0);
  const second = await scenario.edge();
  // Nothing of the first one tells the robot.
  await first.connection.close();
  const viewer = await scenario.viewer(second);
  const messages = await view(viewer, "/count");
  await numbersUntil(messages, counter.sent);
  assertEquals((await (await view(viewer, "/map")).next()).text, "map");
  await until("the wishes of the dead edge have ended", () => robot.publication.stats().edges === 1);
  await numbersUntil(messages, counter.sent);
});

natsTest("a robot restarts: viewers keep their channels, and see only what it has now", async (program) => {
  await using scenario = await Scenario.start(program);
  const edge = await scenario.edge();
  const resets: (string | undefined)[] = [];
  const viewer = await scenario.viewer(edge, { onSessionReset: (_client, id) => void resets.push(id) });
  const start = async (text: string, topics: readonly string[]) => {
    const robot = await scenario.robot();
    const latched = robot.server.addChannel({ topic: "/map", encoding: "json", latch: true });
    robot.server.sendMessage(latched, 1n, text);
    for (const topic of topics) robot.server.addChannel({ topic, encoding: "json" });
    return robot;
  };
  const robot = await start("first", ["/stays", "/goes"]);
  const maps = await view(viewer, "/map");
  assertEquals((await maps.next()).text, "first");
  await viewer.waitForChannel("/goes");
  const ids = channelsOf(viewer);
  // As if its process had been killed: it says nothing.
  await robot.connection.close();
  await start("second", ["/stays"]);
  assertEquals((await maps.next()).text, "second");
  await until("what is gone was removed", () => viewer.channels.size === 2);
  assertEquals(channelsOf(viewer), ids.filter((each) => !each.endsWith("/goes")));
  assertEquals(resets.at(-1), edge.edge.stats().robots[0]?.sessionId);
  assertEquals(edge.server.channels.size, 2);
});

natsTest("a robot without heartbeats is away, and is back with the next one", async (program) => {
  await using scenario = await Scenario.start(program);
  await using proxy = new TcpProxy(scenario.nats.port);
  const robot = await scenario.robot({ port: proxy.port });
  robot.server.service("/wait", () => new Promise(() => {}));
  using counter = new Counter(robot, "/count", 20);
  const edge = await scenario.edge();
  const viewer = await scenario.viewer(edge);
  const messages = await view(viewer, "/count");
  await numbersUntil(messages, 0);
  await viewer.waitForService("/wait");
  const call = assertRejects(() => viewer.callService("/wait", "{}"), Error, "no heartbeats");
  proxy.stall();
  await call;
  const [stats] = edge.edge.stats().robots;
  assertEquals([stats?.isConnected, stats?.problem], [false, "the robot sends no heartbeats"]);
  assertEquals(viewer.channels.size, 1);
  await assertRejects(() => viewer.callService("/wait", "{}"), Error, "not connected");
  proxy.resume();
  await numbersUntil(messages, counter.sent);
  assertEquals(edge.lines.filter((line) => line.includes(": NATS: ")), [
    `info: NATS: ${PREFIX} is connected`,
    `warn: NATS: lost ${PREFIX}: the robot sends no heartbeats`,
    `warn: NATS: ${PREFIX} is connected again`,
  ]);
});

natsTest("an edge behind a slow link shows no outdated messages as new", async (program) => {
  await using scenario = await Scenario.start(program);
  await using proxy = new TcpProxy(scenario.nats.port);
  const robot = await scenario.robot();
  using counter = new Counter(robot, "/count", 20);
  const maxAgeMs = 500;
  const edge = await scenario.edge({ port: proxy.port, maxAgeMs });
  const messages = await view(await scenario.viewer(edge), "/count");
  await numbersUntil(messages, 5);
  proxy.stall();
  const { sent } = counter;
  const { messages: published } = robot.publication.stats();
  await until("messages wait", () => robot.publication.stats().messages > published + 30);
  // Their age is above that of the fastest message by more than the limit.
  await delay(2 * maxAgeMs);
  const { sent: last } = counter;
  proxy.resume();
  const outdated = (await numbersUntil(messages, last)).filter((number) => number > sent && number <= sent + 20);
  // An edge counts nothing of a robot that is away, as this one is for it if all this took 3 s.
  const isCounted = edge.edge.stats().robots[0]!.tooOld > 0 || edge.lines.some((line) => line.includes("NATS: lost "));
  assertEquals([outdated, isCounted], [[], true]);
});

natsTest("the consumer and the stream of the state vanish: edges notice when something changes", async (program) => {
  await using scenario = await Scenario.start(program);
  const robot = await scenario.robot();
  robot.server.addChannel({ topic: "/one", encoding: "json" });
  const viewer = await scenario.viewer(await scenario.edge());
  await viewer.waitForChannel("/one");
  const admin = await scenario.connect();
  const request = async (operation: string) => {
    const { data } = await admin.request(`$JS.API.${operation}`, "", { timeout: 20_000 * MS });
    return JSON.parse(new TextDecoder().decode(data));
  };
  const stream = `foxglove_${PREFIX.replace(".", "=")}`;
  const { consumers } = await request(`CONSUMER.NAMES.${stream}`);
  // An edge that has waited for the state for 2 s has created another one.
  assertEquals(consumers.length > 0, true);
  for (const consumer of consumers) {
    assertEquals((await request(`CONSUMER.DELETE.${stream}.${consumer}`)).success, true);
  }
  robot.server.addChannel({ topic: "/two", encoding: "json" });
  await viewer.waitForChannel("/two", { signal: AbortSignal.timeout(15_000 * MS) });

  assertEquals((await request(`STREAM.DELETE.${stream}`)).success, true);
  robot.server.addChannel({ topic: "/three", encoding: "json" });
  await viewer.waitForChannel("/three", { signal: AbortSignal.timeout(30_000 * MS) });
  await (await scenario.viewer(await scenario.edge())).waitForChannel("/one");
});

natsTest("a second robot with the same prefix is refused", async (program) => {
  await using scenario = await Scenario.start(program);
  const robot = await scenario.robot();
  await assertRejects(() => scenario.robot(), Error, `another robot uses the prefix "${PREFIX}"`);
  await robot.publication.close();
  await scenario.robot();
});

natsTest("two robots that did not see each other: the newer one ends", async (program) => {
  await using scenario = await Scenario.start(program);
  const robot = await scenario.robot();
  const other = await scenario.connect();
  other.publish(
    `${PREFIX}.alive`,
    encodeHeartbeat({ run: "other", startedAt: 0, version: 1, sentMs: 0, period: 0, isLast: false }),
  );
  const error = await within(robot.publication.closed, "the end of the publication");
  assertEquals(error?.message.includes("another robot uses the prefix"), true);
  assertEquals(robot.lines.filter((line) => line.startsWith("error: ")).length, 1);
});

natsTest("an edge shows that an older robot uses the prefix, too", async (program) => {
  await using scenario = await Scenario.start(program);
  const edge = await scenario.edge();
  const viewer = await scenario.viewer(edge);
  // The server knows the subscription of the edge.
  await edge.connection.flush();
  const connection = await scenario.connect();
  const beat = (run: string) =>
    connection.publish(
      `${PREFIX}.alive`,
      encodeHeartbeat({ run, startedAt: 0, version: 1, sentMs: 0, period: 0, isLast: false }),
    );
  for (const run of ["one", "two", "one"]) beat(run);
  const message = `${PREFIX}: two robots use the prefix "${PREFIX}"; only the newer one is shown`;
  // Another status says after 2 s that the robot is not connected.
  await until("the error is shown", () => viewer.statuses.values().some((status) => status.message === message));
  assertEquals(edge.lines.filter((line) => line.startsWith("error: ")).length, 1);
});

natsTest("a client of NATS that gives up ends the publication, and the log says how to avoid that", async (program) => {
  await using scenario = await Scenario.start(program);
  const robot = await scenario.robot();
  const edge = await scenario.edge();
  await robot.connection.close();
  await edge.connection.close();
  assertEquals((await robot.publication.closed)?.message, "the connection to NATS is closed for good");
  for (const { lines } of [robot, edge]) {
    await until("the log has a line", () => lines.some((line) => line.includes("maxReconnectAttempts: -1")));
    assertEquals(lines.filter((line) => line.startsWith("error: ")).length, 1);
  }
  assertEquals(edge.edge.stats().robots[0]?.problem, "the connection to NATS is closed for good");
});

natsTest("a server of NATS without JetStream is refused with a reason", async (program) => {
  await using nats = await NatsServer.start(program, { hasJetStream: false });
  const connection = await connectToNats(nats.port);
  const server = new FoxgloveServer({ name: "robot" });
  const published = publishToNats(server, connection, { prefix: PREFIX });
  await assertRejects(() => published, Error, "start nats-server with --jetstream");
  await connection.close();
});
