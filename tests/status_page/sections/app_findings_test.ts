// AppFindings: the problems of a server, whose list changes only with them.

import { assertEquals } from "@std/assert/equals";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { FoxgloveClient } from "../../../src/client/mod.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { AppFindings } from "../../../src/status_page/sections/app_findings.ts";

Deno.test("AppFindings.check() keeps its list until the problems change", async () => {
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  await using server = new FoxgloveServer({ name: "faulty", port: 0, logger });
  const add = (topic: string) => server.addChannel({ topic, encoding: "cdr", schemaName: "Unknown" });
  add("/a");
  await server.start();
  await using client = await FoxgloveClient.connect(server.url!);
  const findings = new AppFindings(client);
  const topics = () => {
    findings.check();
    return findings.problems.map(({ topic }) => topic);
  };
  await client.waitForChannel("/a");
  assertEquals(topics(), ["/a"]);
  const first = findings.problems;
  assertEquals(topics(), ["/a"]);
  assertStrictEquals(findings.problems, first);
  add("/b");
  await client.waitForChannel("/b");
  assertEquals(topics(), ["/a", "/b"]);
});
