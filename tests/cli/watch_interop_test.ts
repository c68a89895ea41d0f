// echo, hz, bw and delay with the servers of npm's @foxglove/ws-protocol and PyPI's foxglove-sdk.

import { assertEquals } from "@std/assert/equals";
import { encodeBase64 } from "../../src/protocol/base64.ts";
import { PYTHON } from "../../tools/peers.ts";
import { Inbox } from "../interop/inbox.ts";
import { LineProcess } from "../interop/line_process.ts";
import { missingProgram, NPM_SERVER, ServerDriver } from "../interop/server_driver.ts";
import { testWithPython } from "../interop/test_with_python.ts";
import { testUnless } from "../support/needed_programs.ts";
import { startCli } from "./fixture.ts";

testUnless(missingProgram(NPM_SERVER.needs), "echo prints a message of npm's server", async () => {
  await using server = await ServerDriver.start(NPM_SERVER);
  await using program = startCli(["echo", "/odom", "/points", "--count", "2", "--json", "--url", server.url]);
  // The client subscribes to both topics in one message.
  for (const _topic of ["/odom", "/points"]) await server.nextEvent("subscribe");
  const send = (topic: string, payload: Uint8Array) =>
    server.execute({ type: "sendMessage", topic, timestamp: "5", payload: encodeBase64(payload) });
  await send("/odom", new TextEncoder().encode('{"x":1.5}'));
  // Field 1 is the double 7.
  await send("/points", Uint8Array.fromHex("090000000000001c40"));
  const { code, lines, stderr } = await program.ended();
  assertEquals([code, stderr], [0, ""]);
  assertEquals(lines.map((line) => JSON.parse(line)), [
    { topic: "/odom", timestamp: "5", value: { x: 1.5 } },
    { topic: "/points", timestamp: "5", value: { x: 7 } },
  ]);
});

/** Starts a server of the SDK that logs its messages for each line that it reads. */
async function startSdkServer(): Promise<{ server: LineProcess; inbox: Inbox; url: string }> {
  const inbox = new Inbox();
  const script = new URL("../interop/peers/rust_messages.py", import.meta.url).pathname;
  const server = new LineProcess(PYTHON, [script], (line) => inbox.push("port" in line ? "port" : "subscribed", line));
  const { port } = await inbox.next("port");
  return { server, inbox, url: `127.0.0.1:${port}` };
}

testWithPython("echo prints a protobuf message of the SDK's server", ["foxglove-sdk"], async () => {
  const { server, inbox, url } = await startSdkServer();
  await using _server = server;
  await using program = startCli(["echo", "/pose", "--count", "1", "--url", url]);
  await inbox.next("subscribed");
  await server.writeLine({});
  const { code, lines, stderr } = await program.ended();
  assertEquals([code, stderr], [0, ""]);
  assertEquals(lines, [
    "# 1970-01-01T00:00:00.000000005Z /pose",
    "timestamp: 1700000000123456789",
    "frame_id: map",
    "pose:",
    "  position:",
    "    x: 1.5",
    "    y: -2",
    "    z: 0",
    "  orientation:",
    "    x: 0",
    "    y: 0",
    "    z: 0.6",
    "    w: 0.8",
    "---",
  ]);
});

testWithPython("hz, bw and delay measure the topics of the SDK's server", ["foxglove-sdk"], async () => {
  const { server, inbox, url } = await startSdkServer();
  await using _server = server;
  for (const name of ["hz", "bw", "delay"]) {
    await using program = startCli([name, "/pose", "--json", "--url", url]);
    await inbox.next("subscribed");
    await server.writeLine({});
    await server.writeLine({});
    while (true) {
      const { topic, messages, source } = JSON.parse(await program.line());
      assertEquals(topic, "/pose");
      if (messages === 2 && source !== "message") break;
    }
    program.kill("SIGINT");
    assertEquals((await program.ended()).code, 0);
  }
});
