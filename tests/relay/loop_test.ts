// Relays that relay themselves, directly or through another relay.

import { assertEquals } from "@std/assert/equals";
import { relay } from "../../src/relay/mod.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { freePort } from "../support/free_port.ts";
import { FAST, startRelay, startRobot, until } from "./fixture.ts";

const LOOP = "it is this relay itself, or relays it";

Deno.test("relay() does not relay its own server, and says so once", async () => {
  await using under = await startRelay([]);
  under.server.channel("/own");
  const name = under.relay.add({ url: under.server.url!, prefix: "/again", ...FAST });
  await until(() => under.relay.stats().upstreams[0]?.problem !== undefined, "the end");
  await until(() => under.server.clients.size === 0, "the end of its client");
  const [stats] = under.relay.stats().upstreams;
  assertEquals([stats?.problem, stats?.isConnected, stats?.connections, stats?.channels], [LOOP, false, 0, 0]);
  await using viewer = await under.view();
  assertEquals((await viewer.channel("/own")).topic, "/own");
  under.clock.advance(2000);
  assertEquals((await viewer.statuses.next()).message, `again: not connected (${LOOP})`);
  assertEquals([...under.server.channels.values()].map(({ topic }) => topic), ["/own"]);
  assertEquals(under.lines.filter((line) => line.includes("relayed")), [`error: Relay: again is not relayed: ${LOOP}`]);
  // It did not try again.
  assertEquals(under.server.stats().connections["foxglove.sdk.v1.1"], 2);
  assertEquals([under.relay.remove(name), under.relay.stats().upstreams], [true, []]);
});

Deno.test("relay() finds a loop of two relays", async () => {
  const port = freePort();
  await using one = await startRelay([`ws://127.0.0.1:${port}`], {});
  await using two = await startRelay([one.server.url!], {}, { port });
  const problems = () => [one, two].map(({ relay }) => relay.stats().upstreams[0]!.problem);
  await until(() => problems().includes(LOOP), "the end of the loop");
  const lines = [...one.lines, ...two.lines].filter((line) => line.startsWith("error"));
  assertEquals(lines.length > 0 && lines.every((line) => line.endsWith(`is not relayed: ${LOOP}`)), true);
});

Deno.test("relay() finds its robot again, although it has taken over its session", async () => {
  const robot = await startRobot({ sessionId: "drive 1" });
  const { port } = robot.addr!;
  await using server = new FoxgloveServer({ name: "relay", port: 0, logger: false });
  const upstreams = [{ url: robot.url!, ...FAST }];
  const first = relay(upstreams, server);
  await until(() => server.stats().sessionId === "drive 1", "the session");
  await robot.close();
  await using back = await startRobot({ port, sessionId: "drive 1" });
  await until(() => first.stats().upstreams[0]?.connections === 2, "the robot");
  assertEquals([first.stats().upstreams[0]?.problem, back.clients.size], [undefined, 1]);
  await first.close();
  // The session of the server is still that of the robot.
  await using second = relay(upstreams, server);
  await until(() => second.stats().upstreams[0]?.isConnected === true, "the robot of the next relay");
});
