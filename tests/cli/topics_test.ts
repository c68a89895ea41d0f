// topics: lists the topics of a server.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { FoxgloveClient, StatusLevel } from "../../src/client/mod.ts";
import { topics } from "../../src/cli/commands/topics.ts";
import { Output } from "../../src/cli/output.ts";
import { startServer } from "../support/test_server.ts";
import { runCli } from "./fixture.ts";

const IMU = { topic: "/imu", encoding: "json", schemaName: "Imu", schemaEncoding: "jsonschema", schema: "{}" };

Deno.test("topics prints a table, sorted by topic", async () => {
  await using server = await startServer();
  server.addChannel({ topic: "/odom", encoding: "ros1" });
  server.addChannel(IMU);
  assertEquals(await runCli(["topics", "--url", server.url!]), {
    code: 0,
    signal: null,
    lines: ["TOPIC  ENCODING  SCHEMA", "/imu   json      Imu", "/odom  ros1      -"],
    stderr: "",
  });
});

Deno.test("topics --json prints an object for each topic, with the counts of the connection graph", async () => {
  await using server = await startServer({ capabilities: ["connectionGraph"] });
  const id = server.addChannel(IMU);
  server.updateConnectionGraph({
    publishedTopics: [{ name: "/imu", publisherIds: ["a", "b"] }],
    subscribedTopics: [],
    advertisedServices: [],
  });
  const { code, lines, stderr } = await runCli(["topics", "--json", "--url", server.url!]);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(lines.map((line) => JSON.parse(line)), [{
    topic: "/imu",
    id,
    encoding: "json",
    schemaName: "Imu",
    schemaEncoding: "jsonschema",
    publishers: 2,
    subscribers: 0,
  }]);
});

Deno.test("topics --rate subscribes to all topics, and reports their rates", async () => {
  await using server = await startServer();
  const id = server.addChannel(IMU);
  server.addChannel({ topic: "/silent", encoding: "json" });
  const timer = setInterval(() => server.sendMessage(id, 1n, "{}"), 5);
  try {
    const { code, lines } = await runCli(["topics", "--rate", "--seconds", "0.5", "--json", "--url", server.url!]);
    const [imu, silent] = lines.map((line) => JSON.parse(line));
    assertEquals([code, imu.hz > 0, imu.bytesPerSecond === 2 * imu.hz], [0, true, true]);
    assertEquals([silent.hz, silent.bytesPerSecond], [0, 0]);
  } finally {
    clearInterval(timer);
  }
});

Deno.test("topics says that a server has no topics", async () => {
  await using server = await startServer();
  const { code, lines, stderr } = await runCli(["topics", "--url", server.url!]);
  assertEquals([code, lines, stderr], [0, [], "The server has no topics\n"]);
});

Deno.test("topics prints what the server reports, for example that a robot behind a relay is away", async () => {
  await using server = await startServer();
  server.sendStatus(StatusLevel.INFO, "hello", { id: "hello", sticky: true });
  server.sendStatus(StatusLevel.WARNING, "robot1: not connected", { id: "away", sticky: true });
  const { code, lines, stderr } = await runCli(["topics", "--url", server.url!]);
  assertEquals([code, lines], [0, []]);
  assertEquals(stderr, "the server reports: robot1: not connected\nThe server has no topics\n");
});

for (
  const [name, isDefaultServer, isTerminal, notes] of [
    ["names the server on a terminal if the user did not", true, true, ['"test" at ws://localhost:8765\n']],
    ["does not name it if the user did", false, true, []],
    ["does not name it in a pipe", true, false, []],
  ] as const
) {
  Deno.test(`topics ${name}`, async () => {
    await using server = await startServer();
    server.addChannel(IMU);
    await using client = await FoxgloveClient.connect(server.url!);
    const noted: string[] = [];
    const sinkOf = (texts: string[]) => ({
      isTerminal,
      columns: 80,
      rows: 24,
      write: (text: string | Uint8Array) => void texts.push(String(text)),
      drained: () => Promise.resolve(),
    });
    await topics.run({
      operands: [],
      options: { rate: false, seconds: undefined },
      isJson: false,
      output: new Output({ stdout: sinkOf([]), stderr: sinkOf(noted), hasColor: false }),
      signal: new AbortController().signal,
      url: server.url!,
      isDefaultServer,
      token: undefined,
      timeoutMs: 5000,
      variable: () => undefined,
      connect: () => Promise.resolve(client),
    });
    assertEquals(noted, notes);
  });
}

Deno.test("topics explains a measurement that is not possible", async () => {
  const { code, stderr } = await runCli(["topics", "--rate", "--seconds", "0"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "--seconds must be greater than 0");
});
