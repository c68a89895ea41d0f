// The robots of a relay, in the statistics and the metrics of its server.

import { assertEquals } from "@std/assert/equals";
import type { StatsJson } from "../../src/server/status/stats_json.ts";
import { startRelay, startRobot, until } from "./fixture.ts";

Deno.test("the server of relay() has its robots in api/stats and the metrics, until they are removed", async () => {
  await using robot = await startRobot();
  await using relay = await startRelay([{ url: robot.url!, name: "here" }, { url: "ws://127.0.0.1:9", name: "away" }]);
  await until(() => relay.relay.stats().upstreams[0]?.isConnected === true, "the robot");
  await until(() => relay.relay.stats().upstreams[1]?.problem !== undefined, "the reason");
  const get = async (path: string) => await (await fetch(`http://127.0.0.1:${relay.server.addr!.port}${path}`)).text();
  const { upstreams }: StatsJson = JSON.parse(await get("/api/stats"));
  const counts = { messages: 0, bytes: 0, publishesDropped: 0, refused: 0 };
  const { problem } = relay.relay.stats().upstreams[1]!;
  assertEquals(upstreams as unknown, [
    { name: "here", isConnected: true, connections: 1, ...counts },
    { name: "away", isConnected: false, problem, connections: 0, ...counts },
  ]);
  const connected = async () =>
    [...(await get("/metrics")).matchAll(/^foxglove_ws_upstream_connected(.*)$/gm)].map(([, sample]) => sample);
  assertEquals(await connected(), ['{upstream="here"} 1', '{upstream="away"} 0']);
  relay.relay.remove("away");
  assertEquals(await connected(), ['{upstream="here"} 1']);
  await relay.relay.close();
  assertEquals(await connected(), []);
});
