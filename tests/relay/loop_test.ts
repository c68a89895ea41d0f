// Relays that relay themselves, directly or through another relay.

import { assertEquals } from "@std/assert/equals";
import { relay } from "../../src/relay/mod.ts";
import { RELAYS_KEY, relaysOf, withRelays } from "../../src/relay/mirror/relay_marker.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { freePort } from "../support/free_port.ts";
import { FAST, type RelayUnderTest, startRelay, startRobot, until } from "./fixture.ts";

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

Deno.test("relay() finds its own server after it has taken over the session of a robot", async () => {
  await using robot = await startRobot({ sessionId: "drive 1" });
  robot.channel("/odom");
  await using under = await startRelay([{ url: robot.url!, name: "a", prefix: "/a" }], { timeFrom: "a" });
  await until(() => under.server.channels.size === 1 && under.server.stats().sessionId === "drive 1", "the robot");
  under.relay.add({ url: under.server.url!, prefix: "/self", ...FAST });
  await until(() => under.relay.stats().upstreams[1]?.problem !== undefined, "the end");
  const stats = under.relay.stats().upstreams.map(({ problem, channels }) => [problem, channels]);
  assertEquals([stats, under.server.channels.size], [[[undefined, 1], [LOOP, 0]], 1]);
});

Deno.test("relay() finds a loop through a fleet", async () => {
  await using one = await startRobot();
  await using other = await startRobot();
  await using outer = await startRelay([{ url: one.url!, prefix: "/one" }]);
  await using inner = await startRelay([{ url: other.url!, prefix: "/two" }]);
  inner.relay.add({ url: outer.server.url!, name: "outer", prefix: "/outer", ...FAST });
  await until(() => inner.relay.stats().upstreams[1]?.isConnected === true, "the inner relay");
  outer.relay.add({ url: inner.server.url!, name: "inner", prefix: "/inner", ...FAST });
  await until(() => outer.relay.stats().upstreams[1]?.problem === LOOP, "the end of the loop");
  assertEquals(inner.relay.stats().upstreams[1]?.problem, undefined);
});

Deno.test("relay() shows a robot over two paths, and the marker of all relays once", async () => {
  await using robot = await startRobot({ metadata: { ROS_DISTRO: "jazzy" } });
  robot.channel("/odom");
  const markerOf = async (relay: RelayUnderTest) => {
    await using viewer = await relay.view();
    const { [RELAYS_KEY]: ids = "", ...others } = viewer.client.serverInfo.metadata ?? {};
    return { ids: ids.split(","), others };
  };
  await using left = await startRelay([{ url: robot.url! }]);
  await using right = await startRelay([{ url: robot.url! }]);
  const paths = [left, right].map(({ server }, index) => ({ url: server.url!, prefix: `/${index}` }));
  await using outer = await startRelay([...paths, { url: left.server.url!, name: "again", prefix: "/again" }]);
  await until(() => outer.server.channels.size === 3, "the channels");
  const { ids, others } = await markerOf(outer);
  assertEquals([ids.length, new Set(ids).size, others], [3, 3, { ROS_DISTRO: "jazzy" }]);
  assertEquals([ids.slice(1).toSorted(), others], [
    [...(await markerOf(left)).ids, ...(await markerOf(right)).ids].toSorted(),
    (await markerOf(left)).others,
  ]);
  outer.relay.remove("again");
  assertEquals((await markerOf(outer)).ids.length, 3);
  await outer.relay.close();
  assertEquals(await markerOf(outer), { ids: [""], others: {} });
});

Deno.test("withRelays() keeps at most 100 ids, and relaysOf() skips invalid ids", () => {
  const ids = Array.from({ length: 150 }, (_, index) => `relay${index}`);
  const metadata = withRelays({ a: "1", [RELAYS_KEY]: "old" }, [...ids, "relay0"]);
  assertEquals([relaysOf(metadata), metadata["a"]], [ids.slice(0, 100), "1"]);
  assertEquals(relaysOf({ [RELAYS_KEY]: `a,,b c,${"x".repeat(33)},d` }), ["a", "d"]);
  assertEquals([relaysOf(), relaysOf({}), withRelays({ [RELAYS_KEY]: "old" }, [])], [[], [], {}]);
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
