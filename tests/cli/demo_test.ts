// demo: serves the demo robot.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { IMPORT_MAP } from "../support/import_map.ts";
import { Program } from "../support/program.ts";
import { runCli, startCli } from "./fixture.ts";

const MAIN = new URL("../../src/cli/main.ts", import.meta.url).href;

Deno.test("demo prints the address and links, serves the robot, and ends with 0 on Ctrl-C", async () => {
  await using demo = startCli(["demo", "--port", "0"]);
  const [, url = ""] = /^Listening on (ws:\/\/127\.0\.0\.1:\d+)$/.exec(await demo.line()) ?? [];
  assertEquals(await demo.line(), `Browser:     ${url.replace("ws", "http")}/`);
  assertStringIncludes(await demo.line(), `ds.url=${encodeURIComponent(url)}`);
  assertEquals(await demo.line(), `Lichtblick:  Open connection > Foxglove WebSocket > ${url}`);
  assertEquals(await demo.line(), "Press Ctrl-C to stop.");
  const { lines } = await runCli(["topics", "--json", "--url", url]);
  assertEquals(lines.map((line) => JSON.parse(line).topic).includes("/scan"), true);
  const speed = await runCli(["param", "get", "/robot/speed", "--url", url]);
  assertEquals(speed.lines, ["1"]);
  await runCli(["param", "set", "/robot/speed", "2", "--url", url]);
  demo.kill("SIGINT");
  const { code, lines: rest, stderr } = await demo.ended();
  assertEquals([code, rest], [0, []]);
  // The log of the robot.
  assertStringIncludes(stderr, "/robot/speed is 2 now");
});

Deno.test("demo --json prints the address as an object", async () => {
  await using demo = startCli(["demo", "--port", "0", "--json"]);
  const { url, port, addresses, page, foxglove } = JSON.parse(await demo.line());
  assertEquals([url, page, addresses], [`ws://127.0.0.1:${port}`, `http://127.0.0.1:${port}/`, []]);
  assertStringIncludes(foxglove, "https://app.foxglove.dev/");
});

Deno.test("demo reports a port that is in use in one line", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const { code, lines, stderr } = await runCli(["demo", "--port", String(port)]);
  assertEquals([code, lines], [1, []]);
  assertEquals(
    stderr,
    `foxglove-ws demo: Cannot listen on 127.0.0.1:${port}: the port is in use; use another --port ` +
      "(0 selects a free one), or another --host\n",
  );
});

Deno.test("demo --host 0.0.0.0 prints the addresses of the machine, or just the port without --allow-sys", async () => {
  for (const [flags, isKnown] of [[["--allow-sys=networkInterfaces"], true], [[], false]] as const) {
    const args = [...IMPORT_MAP, "--allow-net=0.0.0.0", ...flags, MAIN, "demo", "--host", "0.0.0.0", "--port", "0"];
    await using demo = new Program(...args);
    const [, port] = /^Listening on ws:\/\/localhost:(\d+)$/.exec(await demo.line()) ?? [];
    const line = await demo.line();
    const isPort = line === `On network:  port ${port} of this machine's addresses`;
    const isAddress = new RegExp(`^On network:  ws://\\d+(\\.\\d+){3}:${port}$`).test(line);
    // A machine without a network does not have an address.
    assertEquals(isPort || isKnown && isAddress, true, line);
  }
});

for (const port of ["x", "65536", "-1", "80.5"]) {
  Deno.test(`demo --port ${port} ends with code 2`, async () => {
    const { code, stderr } = await runCli(["demo", "--port", port]);
    assertEquals(code, 2);
    assertStringIncludes(stderr, "--port");
  });
}
