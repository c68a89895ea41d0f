// pub: publishes messages.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { json, protobuf } from "../../src/client/mod.ts";
import type { FoxgloveServerOptions } from "../../src/server/options.ts";
import type { FoxgloveServer } from "../../src/server/server.ts";
import { BATTERY_PROTO } from "../support/battery_proto.ts";
import { Queue } from "../support/events.ts";
import { startServer } from "../support/test_server.ts";
import { commandOf, runCli, startCli } from "./fixture.ts";
import { startInShell } from "./shell.ts";
import { startOnTerminal } from "./terminal.ts";

const BATTERY = protobuf({ descriptor: BATTERY_PROTO.schema, type: BATTERY_PROTO.schemaName });

/** Starts a server that clients may publish to. */
function startReceiver(options: Partial<FoxgloveServerOptions> = {}): Promise<FoxgloveServer> {
  return startServer({ capabilities: ["clientPublish"], logger: false, ...options });
}

/** Returns the values that arrive on a topic, with the schemas of their channels. */
function received(server: FoxgloveServer, topic: string, codec = json<unknown>()): Queue<[string, unknown]> {
  const values = new Queue<[string, unknown]>("a message");
  server.onPublish(topic, codec, (value, { channel }) => values.push([channel.schemaName, value]));
  return values;
}

Deno.test("pub publishes JSON once", async () => {
  await using server = await startReceiver({ supportedEncodings: ["json"] });
  const values = received(server, "/cmd");
  const end = await runCli(["pub", "/cmd", '{"speed": 0.5}', "--schema", "Twist", "--url", server.url!]);
  assertEquals(end, { code: 0, signal: null, lines: ["1 message published on /cmd"], stderr: "" });
  assertEquals(await values.next(), ["Twist", { speed: 0.5 }]);
});

for (const [topic, options] of [["/battery", []], ["/other", ["--schema", "robot.Battery"]]] as const) {
  Deno.test(`pub encodes protobuf by the server's schema: ${topic} ${options.join(" ")}`, async () => {
    await using server = await startReceiver({ supportedEncodings: ["json", "protobuf"] });
    server.addChannel({ topic: "/battery", ...BATTERY_PROTO });
    const values = received(server, topic, BATTERY as never);
    const args = ["pub", topic, '{"volts": "Infinity", "name": "a"}', ...options, "--json", "--url", server.url!];
    const { code, lines, stderr } = await runCli(args);
    assertEquals([code, stderr], [0, ""]);
    assertEquals(JSON.parse(lines[0]!), { topic, encoding: "protobuf", schemaName: "robot.Battery", published: 1 });
    assertEquals(await values.next(), ["robot.Battery", { volts: Infinity, name: "a" }]);
  });
}

Deno.test("pub reports a value that does not fit the protobuf schema, with the name that was probably meant", async () => {
  await using server = await startReceiver({ supportedEncodings: ["protobuf"] });
  server.addChannel({ topic: "/battery", ...BATTERY_PROTO });
  for (
    const [value, text] of [
      ['{"Volts": 1}', 'did you mean "volts"?'],
      ['{"volts": "x"}', '"volts" must be a number'],
    ] as const
  ) {
    const { code, lines, stderr } = await runCli(["pub", "/battery", value, "--url", server.url!]);
    assertEquals([code, lines, stderr.split("\n").length], [1, [], 2]);
    assertStringIncludes(stderr, 'the value does not fit the schema "robot.Battery"');
    assertStringIncludes(stderr, text);
  }
});

Deno.test("pub publishes each line of stdin, also without a last line break", async () => {
  await using server = await startReceiver();
  const values = received(server, "/log");
  const args = ["pub", "/log", "-", "--url", server.url!];
  await using program = startInShell(args, { before: `printf '{"n": 1}\\n\\n{"n": 2}\\r\\n{"n": 3}' |` });
  assertEquals((await program.ended()).lines, ["3 messages published on /log"]);
  for (const n of [1, 2, 3]) assertEquals(await values.next(), ["", { n }]);
});

Deno.test("pub names the line of stdin that is not JSON", async () => {
  await using server = await startReceiver();
  await using program = startInShell(["pub", "/log", "-", "--url", server.url!], { before: `printf '{}\\nx\\n' |` });
  const { code, stderr } = await program.ended();
  assertEquals(code, 1);
  assertStringIncludes(stderr, "pub: line 2 is not JSON: ");
});

Deno.test("pub ends with 0 on Ctrl-C while it waits for a line of stdin", async () => {
  await using server = await startReceiver();
  const values = received(server, "/log");
  const [executable = "", ...args] = commandOf(["pub", "/log", "-", "--url", server.url!]);
  const child = new Deno.Command(executable, { args, stdin: "piped", stdout: "null", stderr: "null" }).spawn();
  const stdin = child.stdin.getWriter();
  await stdin.write(new TextEncoder().encode("{}\n"));
  await values.next();
  child.kill("SIGINT");
  assertEquals((await child.status).code, 0);
  await stdin.close().catch(() => {});
});

Deno.test("pub --rate publishes until Ctrl-C, which ends it with 0", async () => {
  await using server = await startReceiver();
  const values = received(server, "/cmd");
  await using program = startCli(["pub", "/cmd", "{}", "--rate", "100", "--url", server.url!]);
  for (let count = 0; count < 5; count++) await values.next();
  program.kill("SIGINT");
  const { code, lines, stderr } = await program.ended();
  assertEquals([code, stderr, /^\d+ messages published on \/cmd$/.test(lines[0] ?? "")], [0, "", true]);
});

Deno.test("pub --count ends after N messages, and with 130 if Ctrl-C cuts it short", async () => {
  await using server = await startReceiver();
  const values = received(server, "/cmd");
  const url = ["--url", server.url!];
  const { code, lines } = await runCli(["pub", "/cmd", "{}", "--count", "3", "--rate", "100", ...url]);
  assertEquals([code, lines], [0, ["3 messages published on /cmd"]]);
  for (let count = 0; count < 3; count++) await values.next();

  await using program = startCli(["pub", "/cmd", "{}", "--count", "1000", ...url]);
  await values.next();
  program.kill("SIGINT");
  assertEquals((await program.ended()).code, 130);
});

Deno.test("pub ends with code 1 when the server ends", async () => {
  await using server = await startReceiver();
  const values = received(server, "/cmd");
  // The next message would be due much later.
  await using program = startCli(["pub", "/cmd", "{}", "--rate", "0.001", "--url", server.url!]);
  await values.next();
  await server.close();
  const { code, stderr } = await program.ended();
  assertEquals([code, stderr.split("\n").length], [1, 2]);
  assertStringIncludes(stderr, "was closed: code 1001");
});

Deno.test("pub shows the number of messages on a terminal", async () => {
  await using server = await startReceiver();
  const values = received(server, "/cmd");
  await using program = startOnTerminal(["pub", "/cmd", "{}", "--rate", "100", "--url", server.url!]);
  await values.next();
  // The line is replaced in place.
  assertStringIncludes(await program.line() + await program.line(), "published on /cmd");
  program.kill("SIGTERM");
});

const REJECTIONS: readonly [name: string, options: Partial<FoxgloveServerOptions>, args: string[], text: string][] = [
  ["does not allow clients to publish", { capabilities: [] }, [], 'lacks the capability "clientPublish"'],
  ["supports other encodings", { supportedEncodings: ["cdr"] }, [], 'as JSON or protobuf; it supports "cdr"'],
  ["does not support --encoding", { supportedEncodings: ["cdr"] }, ["--encoding", "json"], 'as encoding "json"; it'],
  ["has no such descriptor", {}, ["--encoding", "protobuf"], "name one with --schema"],
  ["has no such schema", {}, ["--encoding", "protobuf", "--schema", "a.B"], 'has the schema "a.B" in protobuf'],
  ["rejects the topic", { clientChannelFilter: () => false }, [], "the server does not allow it"],
];

for (const [name, options, args, text] of REJECTIONS) {
  Deno.test(`pub ends with code 1 and one line if the server ${name}`, async () => {
    await using server = await startReceiver(options);
    const { code, lines, stderr } = await runCli(["pub", "/cmd", "{}", ...args, "--url", server.url!]);
    assertEquals([code, lines, stderr.split("\n").length], [1, [], 2]);
    assertStringIncludes(stderr, text);
  });
}

for (
  const [args, text] of [
    [["/cmd", "{speed: 1}"], "the message is not JSON: "],
    [["/cmd", "{}", "--rate", "-1"], "--rate must be greater than 0"],
    [["/cmd", "{}", "--count", "1.5"], "--count must be an integer greater than 0"],
    [["/cmd"], "missing argument: TOPIC JSON|-"],
  ] as const
) {
  Deno.test(`pub ${args.join(" ")} ends with code 2`, async () => {
    const { code, stderr } = await runCli(["pub", ...args]);
    assertEquals(code, 2);
    assertStringIncludes(stderr, text);
  });
}

Deno.test("pub reports an encoding that cannot be written", async () => {
  await using server = await startReceiver();
  const { code, stderr } = await runCli(["pub", "/cmd", "{}", "--encoding", "cdr", "--url", server.url!]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, 'encoding "cdr" cannot be written, only json and protobuf');
});
