// graph: prints the connection graph.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import type { ConnectionGraph } from "../../src/client/mod.ts";
import { startServer } from "../support/test_server.ts";
import { runCli, startCli } from "./fixture.ts";

const GRAPH: ConnectionGraph = {
  publishedTopics: [{ name: "/odom", publisherIds: ["base"] }, { name: "/imu", publisherIds: ["b", "a"] }],
  subscribedTopics: [{ name: "/odom", subscriberIds: ["planner"] }],
  advertisedServices: [{ name: "/reset", providerIds: ["base"] }],
};
const ODOM = { topic: "/odom", publishers: ["base"], subscribers: ["planner"] };

async function startGraphServer(graph = GRAPH) {
  const server = await startServer({ capabilities: ["connectionGraph"] });
  server.updateConnectionGraph(graph);
  return server;
}

Deno.test("graph lists topics and services, sorted by name", async () => {
  await using server = await startGraphServer();
  assertEquals(await runCli(["graph", "--url", server.url!]), {
    code: 0,
    signal: null,
    lines: [
      "Topics:",
      "  /imu",
      "    publishers   a, b",
      "    subscribers  -",
      "  /odom",
      "    publishers   base",
      "    subscribers  planner",
      "Services:",
      "  /reset",
      "    providers  base",
    ],
    stderr: "",
  });
});

Deno.test("graph --json prints an object for each topic and service", async () => {
  await using server = await startGraphServer();
  const { lines } = await runCli(["graph", "--json", "--url", server.url!]);
  assertEquals(lines.map((line) => JSON.parse(line)), [
    { topic: "/imu", publishers: ["a", "b"], subscribers: [] },
    ODOM,
    { service: "/reset", providers: ["base"] },
  ]);
});

Deno.test("graph --watch prints the changes, and Ctrl-C ends it with 0", async () => {
  const { publishedTopics, subscribedTopics } = GRAPH;
  const after = { publishedTopics: [publishedTopics[1]!], subscribedTopics, advertisedServices: [] };
  await using server = await startGraphServer();
  await using text = startCli(["graph", "--watch", "--url", server.url!]);
  await using json = startCli(["graph", "--watch", "--json", "--url", server.url!]);
  for (let line = 0; line < 10; line++) await text.line();
  for (let line = 0; line < 3; line++) await json.line();
  server.updateConnectionGraph(after);
  assertEquals(await text.line(), "- /odom publishers: base");
  assertEquals(await text.line(), "- /reset providers: base");
  assertEquals(JSON.parse(await json.line()), { ...ODOM, publishers: [] });
  assertEquals(JSON.parse(await json.line()), { service: "/reset", providers: [] });
  server.updateConnectionGraph(GRAPH);
  assertEquals(await text.line(), "+ /odom publishers: base");
  for (const program of [text, json]) {
    program.kill("SIGINT");
    const { code, stderr } = await program.ended();
    assertEquals([code, stderr], [0, ""]);
  }
});

Deno.test("graph --watch ends with code 1 when the server ends", async () => {
  await using server = await startGraphServer();
  await using program = startCli(["graph", "--watch", "--url", server.url!]);
  await program.line();
  await server.close();
  const { code, stderr } = await program.ended();
  assertEquals([code, stderr.split("\n").length], [1, 2]);
});

Deno.test("graph reports an empty graph, and a server without one", async () => {
  const empty = { publishedTopics: [], subscribedTopics: [], advertisedServices: [] };
  await using server = await startGraphServer(empty);
  const { code, lines, stderr } = await runCli(["graph", "--url", server.url!]);
  assertEquals([code, lines, stderr], [0, [], "The connection graph is empty\n"]);
  await using none = await startServer();
  const end = await runCli(["graph", "--url", none.url!]);
  assertEquals(end.code, 1);
  assertStringIncludes(end.stderr, "the server has no connection graph");
});
