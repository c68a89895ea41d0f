// The upstreams of an extension, such as a relay, in the metrics and the statistics of its server.

import { assertEquals } from "@std/assert/equals";
import type { Identity } from "../../../src/server/identity.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import type { StatsJson } from "../../../src/server/status/stats_json.ts";
import { addUpstreams } from "./fixture.ts";

const LOST = { name: "two", isConnected: false, problem: "connection refused", connections: 3, messages: 5, bytes: 70 };

async function get(server: FoxgloveServer, path: string): Promise<string> {
  return await (await server.handleRequest(new Request(`http://localhost/${path}`))).text();
}

/** Returns the samples of the metrics of upstreams. */
async function samplesOf(server: FoxgloveServer): Promise<string[]> {
  return (await get(server, "metrics")).split("\n").filter((line) => line.startsWith("foxglove_ws_upstream_"));
}

Deno.test("the metrics have those of upstreams, and none without an extension that has some", async () => {
  const server = new FoxgloveServer({ name: "relay", statusPage: {}, logger: false });
  assertEquals((await get(server, "metrics")).includes("upstream"), false);
  const remove = addUpstreams(server, { name: "one", publishesDropped: 2, refused: 1 }, LOST);
  assertEquals(await samplesOf(server), [
    'foxglove_ws_upstream_connected{upstream="one"} 1',
    'foxglove_ws_upstream_connected{upstream="two"} 0',
    'foxglove_ws_upstream_connections_total{upstream="one"} 0',
    'foxglove_ws_upstream_connections_total{upstream="two"} 3',
    'foxglove_ws_upstream_messages_total{upstream="one"} 0',
    'foxglove_ws_upstream_messages_total{upstream="two"} 5',
    'foxglove_ws_upstream_bytes_total{upstream="one"} 0',
    'foxglove_ws_upstream_bytes_total{upstream="two"} 70',
    'foxglove_ws_upstream_publishes_dropped_total{upstream="one"} 2',
    'foxglove_ws_upstream_publishes_dropped_total{upstream="two"} 0',
    'foxglove_ws_upstream_refused{upstream="one"} 1',
    'foxglove_ws_upstream_refused{upstream="two"} 0',
  ]);
  remove();
  assertEquals(await samplesOf(server), []);
});

Deno.test("upstreams of two extensions have different names in the metrics", async () => {
  const server = new FoxgloveServer({ name: "relay", statusPage: {}, logger: false });
  addUpstreams(server, {}, { name: "robot (2)" });
  addUpstreams(server, {});
  const connected = (await samplesOf(server)).filter((line) => line.includes("_connected"));
  const names = connected.map((line) => line.split('"')[1]);
  assertEquals(names, ["robot", "robot (2)", "robot (3)"]);
});

Deno.test("api/stats and the metrics show upstreams only to those who may see all topics", async () => {
  let identity: Identity = {};
  const server = new FoxgloveServer({ name: "relay", statusPage: {}, logger: false, authorize: () => identity });
  addUpstreams(server, LOST);
  const seen = async (rights?: Identity["rights"]) => {
    identity = rights ? { rights } : {};
    const json: StatsJson = JSON.parse(await get(server, "api/stats"));
    return [json.upstreams, (await samplesOf(server)).length];
  };
  const shown = [{ ...LOST, publishesDropped: 0, refused: 0 }];
  assertEquals(await seen(), [shown, 6]);
  assertEquals(await seen({ readOnly: true }), [shown, 6]);
  assertEquals(await seen({ topics: ["/odom"] }), [[], 0]);
});
