// delay: measures the age of messages.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { timeNs } from "../../mod.ts";
import { runCli, startCli } from "./fixture.ts";
import { sendRegularly } from "./sending.ts";
import { plainText, startOnTerminal } from "./terminal.ts";

const IMAGE = { topic: "/image", encoding: "json" };
const HOUR_NS = 3_600_000_000_000n;

/** A message with the current time, whose header is an hour old. */
function stampedMessage() {
  const timestamp = timeNs();
  const sec = Number((timestamp - HOUR_NS) / 1_000_000_000n);
  return { timestamp, payload: JSON.stringify({ header: { stamp: { sec, nanosec: 0 } } }) };
}

Deno.test("delay --json prints the age by the timestamp, and by a field of the message", async () => {
  await using sending = await sendRegularly([IMAGE], stampedMessage);
  const { code, lines, stderr } = await runCli(["delay", "/image", "--seconds", "1", "--json", "--url", sending.url]);
  assertEquals(code, 0);
  const [message, header, ...others] = lines.map((line) => JSON.parse(line));
  assertEquals(others, []);
  const { time, meanMs, minMs, maxMs, stdDevMs, messages, ...rest } = message;
  assertEquals([typeof time, rest], ["string", { topic: "/image", source: "message", dropped: 0 }]);
  assert(minMs <= meanMs && meanMs <= maxMs && stdDevMs >= 0 && messages > 2, lines[0]);
  assertEquals([header.source, header.messages, header.minMs >= 3_600_000], ["header.stamp", messages, true]);
  assertStringIncludes(stderr, 'the field "header.stamp" of "/image": at least 36');
});

Deno.test("delay says that clocks differ if messages come from the future", async () => {
  await using sending = await sendRegularly([IMAGE], () => ({ timestamp: timeNs() + HOUR_NS, payload: "{}" }));
  await using program = startCli(["delay", "/image", "--url", sending.url]);
  for (const _report of [1, 2]) {
    const [topic, source, mean] = (await program.line()).split("  ");
    assertEquals([topic, source, mean?.startsWith("mean -")], ["/image", "time of message", true]);
  }
  program.kill("SIGINT");
  const { code, stderr } = await program.ended();
  assertEquals([code, stderr.split("\n").length], [0, 2]);
  assertStringIncludes(stderr, 'the timestamps of "/image": 3600 s in the future; the clocks differ by at least that');
});

Deno.test("delay prints a table on a terminal, and a remark above it", async () => {
  await using sending = await sendRegularly([IMAGE], () => ({ timestamp: 5n, payload: "{}" }));
  await using program = startOnTerminal(["delay", "/image", "--url", sending.url]);
  assertStringIncludes(await program.line(), 'the timestamps of "/image": not the current time;');
  const header = plainText(await program.line());
  assertEquals(header.trim().split(/ {2,}/).slice(0, 3), ["TOPIC", "TIME OF", "MEAN"]);
  const row = plainText(await program.line());
  assertEquals(row.startsWith("/image  message"), true, row);
  assertStringIncludes(row, " d ");
});

Deno.test("delay ends with code 1 and one line when the server ends", async () => {
  const sending = await sendRegularly([IMAGE], () => ({ timestamp: timeNs(), payload: "{}" }));
  await using program = startCli(["delay", "/image", "--url", sending.url]);
  await program.line();
  await sending[Symbol.asyncDispose]();
  const { code, stderr } = await program.ended();
  assertEquals([code, stderr.split("\n").length], [1, 2]);
  assertStringIncludes(stderr, "foxglove-ws delay: The connection to ");
});

Deno.test("delay requires a topic", async () => {
  const { code, stderr } = await runCli(["delay"]);
  assertEquals([code, stderr], [2, "foxglove-ws delay: missing argument: TOPIC…; --help lists the options\n"]);
});
