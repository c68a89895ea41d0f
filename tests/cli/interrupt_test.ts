// Ctrl-C: commands that run until they are stopped, commands that are cut short, and a second Ctrl-C.

import { assertEquals } from "@std/assert/equals";
import { startServer } from "../support/test_server.ts";
import { runCli, startCli } from "./fixture.ts";
import { startOnTerminal } from "./terminal.ts";

Deno.test("a finite command that Ctrl-C cuts short ends with code 130 and without a message", async () => {
  const subscribed = Promise.withResolvers<void>();
  await using server = await startServer({ listener: { onSubscribe: () => subscribed.resolve() } });
  server.addChannel({ topic: "/imu", encoding: "cdr", schemaName: "Imu" });
  await using program = startCli(["topics", "--rate", "--seconds", "60", "--url", server.url!]);
  await subscribed.promise;
  program.kill("SIGINT");
  assertEquals(await program.ended(), { code: 130, signal: null, lines: [], stderr: "" });
});

Deno.test("a command that runs until it is stopped ends with code 0 on SIGTERM", async () => {
  const subscribed = Promise.withResolvers<void>();
  await using server = await startServer({ listener: { onSubscribe: () => subscribed.resolve() } });
  server.addChannel({ topic: "/imu", encoding: "cdr", schemaName: "Imu" });
  await using program = startCli(["echo", "/imu", "--url", server.url!]);
  await subscribed.promise;
  program.kill("SIGTERM");
  const { code, lines } = await program.ended();
  assertEquals([code, lines], [0, []]);
});

Deno.test("topics prints bold headings on a terminal, and none elsewhere", async () => {
  await using server = await startServer();
  server.addChannel({ topic: "/imu", encoding: "cdr", schemaName: "Imu" });
  await using program = startOnTerminal(["topics", "--url", server.url!]);
  const { code, lines } = await program.ended();
  assertEquals([code, lines[0]?.startsWith("\x1b[1mTOPIC")], [0, true]);
  const plain = await runCli(["topics", "--url", server.url!]);
  assertEquals(plain.lines[0], "TOPIC  ENCODING  SCHEMA");
});
