// The metrics of a server: their values, their labels, and what different identities see of them.

import { assertEquals } from "@std/assert/equals";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import type { Identity } from "../../../src/server/identity.ts";
import type { FoxgloveServer } from "../../../src/server/server.ts";
import { MAX_NAMED_TOPICS } from "../../../src/server/stats/topic_totals.ts";
import { VERSION } from "../../../src/version.ts";
import { type Conversation, conversation, ODOM, settled } from "../../support/conversation.ts";
import { TestClock } from "../../support/test_clock.ts";

/** The samples by name and labels, and how many lines they have. */
interface Metrics {
  samples: Map<string, number>;
  lines: number;
}

function fixture(options: Partial<FoxgloveServerOptions> = {}): Conversation & { clock: TestClock } {
  const clock = new TestClock();
  return { ...conversation({ statusPage: {}, ...options }, { clock }), clock };
}

async function read(server: FoxgloveServer): Promise<Metrics> {
  const text = await (await server.handleRequest(new Request("http://localhost/metrics"))).text();
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const samples = lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))] as const);
  return { samples: new Map(samples), lines: lines.length };
}

/** Returns the samples of one metric by their labels, without those that are 0. */
function nonZero({ samples }: Metrics, name: string): Record<string, number> {
  const own = [...samples].filter(([key, value]) => key.split("{")[0] === name && value !== 0);
  return Object.fromEntries(own.map(([key, value]) => [key.slice(name.length), value]));
}

Deno.test("metrics count clients and messages", async () => {
  const { server, client } = fixture();
  const id = server.addChannel(ODOM);
  const one = client({ subprotocol: "foxglove.sdk.v1" });
  one.subscribes(1, id);
  client().leaves();
  server.sendMessage(id, 1n, "12345");
  const metrics = await read(server);
  assertEquals(nonZero(metrics, "foxglove_ws_clients"), { '{subprotocol="foxglove.sdk.v1"}': 1 });
  assertEquals(Object.values(nonZero(metrics, "foxglove_ws_connections_total")).reduce((sum, each) => sum + each), 2);
  assertEquals(nonZero(metrics, "foxglove_ws_disconnections_total"), { '{reason="client"}': 1 });
  assertEquals(nonZero(metrics, "foxglove_ws_messages_published_total"), { '{topic="/odom"}': 1 });
  assertEquals(nonZero(metrics, "foxglove_ws_published_bytes_total"), { '{topic="/odom"}': 18 });
  assertEquals(nonZero(metrics, "foxglove_ws_messages_sent_total"), { '{topic="/odom"}': 1 });
  assertEquals(nonZero(metrics, "foxglove_ws_sent_bytes_total"), { '{topic="/odom"}': 18 });
  assertEquals(nonZero(metrics, "foxglove_ws_messages_dropped_total"), {});
  assertEquals(metrics.samples.get('foxglove_ws_messages_dropped_total{topic="/odom",reason="queue"}'), 0);
  assertEquals(nonZero(metrics, "foxglove_ws_received_messages_total"), { '{op="subscribe"}': 1 });
  assertEquals(metrics.samples.get("foxglove_ws_subscriptions"), 1);
  assertEquals(metrics.samples.get("foxglove_ws_channels"), 1);
  assertEquals(metrics.samples.get("foxglove_ws_services"), 0);
});

Deno.test("metrics count queues and drops", async () => {
  const { server, client, clock } = fixture({ maxQueuedMessages: 2 });
  const id = server.addChannel(ODOM);
  const [slow, other] = [client(), client()];
  for (const each of [slow, other]) {
    each.subscribes(1, id);
    each.stalls();
  }
  for (let count = 0; count < 5; count++) server.sendMessage(id, 1n, "12345");
  clock.advance(1500);
  const { samples } = await read(server);
  const { queuedMessages, clients, drops } = server.stats();
  const max = clients[0]!.queuedBytes;
  assertEquals(clients.map((each) => each.queuedBytes), [max, max]);
  assertEquals(
    ["bytes", "max_bytes", "messages", "oldest_seconds"].map((name) => samples.get(`foxglove_ws_queue_${name}`)),
    [
      2 * max,
      max,
      queuedMessages,
      1.5,
    ],
  );
  assertEquals(samples.get('foxglove_ws_messages_dropped_total{topic="/odom",reason="queue"}'), drops.queue);
  assertEquals(drops.queue > 0, true);
});

Deno.test("metrics count requests, their durations and failures", async () => {
  const { server, client, clock } = fixture({
    capabilities: ["parameters"],
    listener: {
      onGetParameters: async (_server, names) => {
        clock.advance(30);
        await Promise.resolve();
        if (names.length === 0) throw new Error("fails");
        return [];
      },
    },
  });
  const app = client();
  app.says({ op: "getParameters", parameterNames: ["a"], id: "1" });
  app.says({ op: "getParameters", parameterNames: [], id: "2" });
  await settled();
  const metrics = await read(server);
  assertEquals(nonZero(metrics, "foxglove_ws_requests_total"), {
    '{kind="getParameters",outcome="ok"}': 1,
    '{kind="getParameters",outcome="failed"}': 1,
  });
  assertEquals(nonZero(metrics, "foxglove_ws_request_duration_seconds_count"), { '{kind="getParameters"}': 2 });
  const bucket = (le: string) =>
    metrics.samples.get(`foxglove_ws_request_duration_seconds_bucket{kind="getParameters",le="${le}"}`);
  assertEquals([bucket("0.025"), bucket("0.05"), bucket("+Inf")], [0, 2, 2]);
  assertEquals(nonZero(metrics, "foxglove_ws_hook_errors_total"), { '{hook="onGetParameters"}': 1 });
});

Deno.test("metrics name 200 topics, count all others as one, and never write the same labels twice", async () => {
  const { server } = fixture();
  const channels = Array.from({ length: MAX_NAMED_TOPICS + 50 }, (_, index) => ({ ...ODOM, topic: `/t${index}` }));
  const ids = server.addChannels([...channels, { ...ODOM, topic: "/t0", schemaName: "Another" }]);
  for (const id of ids) server.sendMessage(id, 1n, "x");
  const before = await read(server);
  assertEquals(before.lines, before.samples.size);
  const published = nonZero(before, "foxglove_ws_messages_published_total");
  assertEquals(Object.keys(published).length, MAX_NAMED_TOPICS + 1);
  assertEquals([published['{topic="/t0"}'], published['{topic="other"}']], [2, 50]);
  server.removeChannels(ids);
  const again = server.addChannel({ ...ODOM, topic: "/t0" });
  server.sendMessage(again, 1n, "x");
  const after = nonZero(await read(server), "foxglove_ws_messages_published_total");
  assertEquals(after, { ...published, '{topic="/t0"}': 3 });
});

Deno.test("metrics have facts about the server, and figures of the process", async () => {
  const { server } = fixture({ sessionId: 'a "session"' });
  const { samples } = await read(server);
  const info = [...samples.keys()].find((key) => key.startsWith("foxglove_ws_info"));
  const { deno } = Deno.version;
  assertEquals(
    info,
    `foxglove_ws_info{version="${VERSION}",runtime="Deno ${deno}",transport="native",session_id="a \\"session\\""}`,
  );
  for (const name of ["resident_memory_bytes", "heap_bytes", "cpu_seconds_total", "start_time_seconds"]) {
    assertEquals([name, (samples.get(`process_${name}`) ?? 0) > 0], [name, true]);
  }
  assertEquals(samples.get("foxglove_ws_event_loop_lag_seconds"), 0);
  assertEquals(samples.get("foxglove_ws_start_time_seconds"), server.stats().createdAt.getTime() / 1000);
});

Deno.test("metrics of round trips exist only with the transport that measures them", async () => {
  const names = async (
    transport: "native" | "direct",
  ) => [...(await read(fixture({ transport }).server)).samples.keys()];
  const count = "foxglove_ws_roundtrip_seconds_count";
  assertEquals([(await names("native")).includes(count), (await names("direct")).includes(count)], [false, true]);
});

Deno.test("metrics count topics that an identity may not see as others, and have no labels of clients", async () => {
  let identity: Identity = {};
  const { server, client } = fixture({ authorize: () => identity });
  const ids = server.addChannels([ODOM, { ...ODOM, topic: "/secret" }, { ...ODOM, topic: "/secret2" }]);
  for (const id of ids) server.sendMessage(id, 1n, "x");
  client({ identity: { name: "operator" }, userAgent: "app" });
  const all = await read(server);
  assertEquals(Object.keys(nonZero(all, "foxglove_ws_messages_published_total")).length, 3);
  assertEquals([...all.samples.keys()].filter((key) => /operator|app/.test(key)), []);
  identity = { rights: { topics: ["/odom"] } };
  const some = await read(server);
  assertEquals(nonZero(some, "foxglove_ws_messages_published_total"), { '{topic="/odom"}': 1, '{topic="other"}': 2 });
  assertEquals([...some.samples.keys()].filter((key) => key.includes("secret")), []);
});
