// The metrics, read by Prometheus. The tests are skipped if Prometheus is not installed.

import { assertEquals } from "@std/assert/equals";
import { bearerToken } from "../../../src/server/http/bearer_token.ts";
import type { FoxgloveServer } from "../../../src/server/server.ts";
import { FoxgloveClient } from "../../../src/client/mod.ts";
import { PROMETHEUS, PROMTOOL, testWith } from "../../support/needed_programs.ts";
import { Prometheus } from "../../support/prometheus.ts";
import { startServer } from "../../support/test_server.ts";
import { addUpstreams, ask } from "./fixture.ts";

const TOKEN = "correct-horse-battery";
/** A topic with all characters that labels escape. */
const ODD_TOPIC = '/a "b" \\c\n/é';

/** Publishes messages, and adds two channels with one topic. */
function publish(server: FoxgloveServer): void {
  server.publish("/battery", { volts: 12.6 });
  server.publish(ODD_TOPIC, { volts: 12.6 });
  for (const schemaName of ["A", "B"]) {
    const id = server.addChannel({ topic: "/twice", encoding: "json", schemaName });
    server.sendMessage(id, 1n, "{}");
  }
}

testWith(PROMETHEUS, "Prometheus scrapes the metrics, and answers queries", async (_t, path) => {
  await using server = await startServer({ capabilities: ["parameters"], listener: { onGetParameters: () => [] } });
  publish(server);
  const client = await FoxgloveClient.connect(server.url!);
  await client.getParameters();
  await using prometheus = await Prometheus.start(path, { target: `127.0.0.1:${server.addr!.port}` });
  assertEquals(
    await prometheus.query("foxglove_ws_messages_published_total"),
    new Map([
      ['{"topic":"/battery"}', 1],
      [JSON.stringify({ topic: ODD_TOPIC }), 1],
      ['{"topic":"/twice"}', 2],
    ]),
  );
  assertEquals(await prometheus.query("up"), new Map([["{}", 1]]));
  assertEquals(await prometheus.query("sum(foxglove_ws_clients)"), new Map([["{}", 1]]));
  const buckets = 'foxglove_ws_request_duration_seconds_bucket{kind="getParameters"}';
  const quantile = await prometheus.query(`histogram_quantile(0.5, ${buckets})`);
  assertEquals([...quantile.values()].map((value) => value > 0 && value < 10), [true]);
  await client.close();
});

testWith(PROMETHEUS, "Prometheus scrapes the metrics of a server that needs a token", async (_t, path) => {
  await using server = await startServer({ authorize: bearerToken(TOKEN) });
  publish(server);
  const target = `127.0.0.1:${server.addr!.port}`;
  await using prometheus = await Prometheus.start(path, { target, token: TOKEN });
  await using stranger = await Prometheus.start(path, { target });
  assertEquals(
    await prometheus.query('foxglove_ws_messages_published_total{topic="/battery"}'),
    new Map([
      ['{"topic":"/battery"}', 1],
    ]),
  );
  assertEquals(await stranger.query("up"), new Map([["{}", 0]]));
});

testWith(PROMTOOL, "promtool finds no fault in the text format", async (_t, path) => {
  for (const transport of ["native", "direct"] as const) {
    await using server = await startServer({ transport });
    publish(server);
    addUpstreams(server, { name: ODD_TOPIC }, { name: "away", isConnected: false });
    const { body } = await ask(server, "/metrics");
    assertEquals(await lint(path, body), { code: 0, output: "" });
    // It would find one.
    assertEquals((await lint(path, `${body}bad_total{a="1"} x\n`)).code, 1);
    assertEquals((await lint(path, `${body}# TYPE bad counter\nbad 1\n`)).code, 3);
  }
});

/** Returns the exit code and the output of promtool for these metrics. */
async function lint(path: string, metrics: string): Promise<{ code: number; output: string }> {
  const command = new Deno.Command(path, {
    args: ["check", "metrics"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  const child = command.spawn();
  await new Blob([metrics]).stream().pipeTo(child.stdin);
  const { code, stdout, stderr } = await child.output();
  return { code, output: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}
