// hz and bw: measure rates and bandwidths.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { startServer } from "../support/test_server.ts";
import { runCli, startCli } from "./fixture.ts";
import { sendRegularly } from "./sending.ts";
import { plainText, startOnTerminal } from "./terminal.ts";

const IMU = { topic: "/imu", encoding: "json" };
const ODOM = { topic: "/odom", encoding: "json" };
const message = () => ({ payload: "{}" });

Deno.test("hz --json prints the intervals of all topics", async () => {
  await using sending = await sendRegularly([IMU], message);
  sending.server.addChannel(ODOM);
  const { code, lines, stderr } = await runCli(["hz", "--seconds", "0.5", "--json", "--url", sending.url]);
  assertEquals([code, stderr], [0, ""]);
  const [imu, odom, ...others] = lines.map((line) => JSON.parse(line));
  assertEquals(others, []);
  const { time, hz, meanMs, minMs, maxMs, stdDevMs, messages, ...rest } = imu;
  assertEquals([typeof time, rest], ["string", { topic: "/imu", dropped: 0 }]);
  assert(hz > 0 && minMs <= meanMs && meanMs <= maxMs && stdDevMs >= 0 && messages > 2, lines[0]);
  assertEquals(odom, { time, topic: "/odom", messages: 0, dropped: 0 });
});

Deno.test("bw --json prints the sizes of all topics", async () => {
  await using sending = await sendRegularly([IMU], message);
  sending.server.addChannel(ODOM);
  const { code, lines, stderr } = await runCli(["bw", "--seconds", "0.5", "--json", "--url", sending.url]);
  assertEquals([code, stderr], [0, ""]);
  const [imu, odom, ...others] = lines.map((line) => JSON.parse(line));
  assertEquals(others, []);
  const { time, hz, bytesPerSecond, messages, ...rest } = imu;
  assertEquals(rest, { topic: "/imu", meanBytes: 2, minBytes: 2, maxBytes: 2, dropped: 0 });
  assert(hz > 0 && Math.abs(bytesPerSecond - 2 * hz) < 1e-6 && messages > 2, lines[0]);
  assertEquals(odom, { time, topic: "/odom", messages: 0, dropped: 0 });
});

for (
  const [name, columns] of [
    ["hz", ["hz", "mean", "min", "max", "std dev", "count"]],
    ["bw", ["per second", "hz", "mean", "min", "max", "count"]],
  ] as const
) {
  Deno.test(`${name} prints a line for each topic, each second, into a pipe`, async () => {
    await using sending = await sendRegularly([IMU], message);
    sending.server.addChannel(ODOM);
    await using program = startCli([name, "/odom", "/imu", "--url", sending.url]);
    for (const _report of [1, 2]) {
      assertEquals(await program.line(), "/odom  no messages");
      const [topic, ...cells] = (await program.line()).split("  ");
      assertEquals([topic, cells.map((cell) => columns.find((column) => cell.startsWith(`${column} `)))], [
        "/imu",
        [...columns],
      ]);
    }
    program.kill("SIGINT");
    const { code, stderr } = await program.ended();
    assertEquals([code, stderr], [0, ""]);
  });

  Deno.test(`${name} replaces its table on a terminal of 80 columns`, async () => {
    const long = { ...ODOM, topic: `/${"very_".repeat(16)}long` };
    await using sending = await sendRegularly([IMU, long], message);
    await using program = startOnTerminal([name, "--url", sending.url]);
    const size = name === "bw" ? 4 : 3;
    for (let report = 0; report < 2; report++) {
      const lines: string[] = [];
      while (lines.length < size) lines.push(await program.line());
      const text = lines.join("\n");
      const plain = plainText(text).split("\n");
      assertEquals(text.includes(`\x1b[${size}A`), report > 0);
      assertEquals(plain.filter((line) => line.length > 80), []);
      assertEquals(plain[0]?.trim().split(/ {2,}/), ["TOPIC", ...columns.map((column) => column.toUpperCase())]);
      assertStringIncludes(plain[2]!, "very_long ");
      if (name === "bw") assertStringIncludes(plain[3]!, "total");
    }
  });

  Deno.test(`${name} measures a topic that appears later`, async () => {
    await using server = await startServer({
      listener: {
        onClientConnect(server) {
          server.sendMessage(server.addChannel({ ...IMU, latch: true }), 0n, "{}");
        },
      },
    });
    await using program = startCli([name, "--json", "--url", server.url!]);
    while (true) {
      const { topic, messages } = JSON.parse(await program.line());
      assertEquals(topic, "/imu");
      if (messages === 1) break;
    }
  });

  Deno.test(`${name} ends with code 1 and one line when the server ends`, async () => {
    const sending = await sendRegularly([IMU], message);
    await using program = startCli([name, "/imu", "--url", sending.url]);
    await program.line();
    await sending[Symbol.asyncDispose]();
    const { code, stderr } = await program.ended();
    assertEquals([code, stderr.split("\n").length], [1, 2]);
    assertStringIncludes(stderr, `foxglove-ws ${name}: The connection to `);
  });

  Deno.test(`${name} explains times that are not possible`, async () => {
    for (const option of ["window", "seconds"]) {
      const { code, lines, stderr } = await runCli([name, `--${option}`, "0"]);
      assertEquals([code, lines], [2, []]);
      assertStringIncludes(stderr, `--${option} must be greater than 0`);
    }
  });
}

Deno.test("hz forgets a topic that was removed, and says that a named topic was removed", async () => {
  await using sending = await sendRegularly([], message);
  const { server } = sending;
  const id = server.addChannel({ ...IMU, latch: true });
  server.sendMessage(id, 0n, "{}");
  await using program = startCli(["hz", "/imu", "--url", sending.url]);
  await program.line();
  server.removeChannel(id);
  while (await program.line() !== "/imu  no messages");
  program.kill("SIGINT");
  const { code, stderr } = await program.ended();
  assertEquals([code, stderr], [0, 'the server has removed the topic "/imu"; waiting for it\n']);
});

Deno.test("hz ends with code 130 on Ctrl-C before --seconds", async () => {
  await using sending = await sendRegularly([IMU], message);
  await using program = startCli(["hz", "--seconds", "1000", "--url", sending.url]);
  await program.line();
  program.kill("SIGINT");
  assertEquals((await program.ended()).code, 130);
});
