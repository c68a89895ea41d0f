// types: writes a TypeScript file with the types and codecs of a server's topics.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { json, protobuf } from "../../mod.ts";
import { Log, LogLevel } from "../../src/schemas/mod.ts";
import type { FoxgloveServer } from "../../src/server/server.ts";
import { DESCRIPTOR } from "../codecs/protobuf/fixtures/descriptor.ts";
import { PYTHON } from "../../tools/peers.ts";
import { Inbox } from "../interop/inbox.ts";
import { LineProcess } from "../interop/line_process.ts";
import { testWithPython } from "../interop/test_with_python.ts";
import { Program } from "../support/program.ts";
import { recordingLogger, startServer } from "../support/test_server.ts";
import { startInShell } from "./shell.ts";
import { runCli, startCli } from "./fixture.ts";
import { createModuleFolder, runDeno } from "./generated_modules.ts";

const BATTERY = json({
  name: "robot.Battery",
  schema: {
    type: "object",
    properties: { volts: { type: "number" }, mode: { enum: ["auto", "manual"] } },
    required: ["volts", "mode"],
  },
});

/** Starts a server with a channel of each kind, whose last messages are sent to each subscriber. */
async function startRobot(): Promise<FoxgloveServer> {
  const server = await startServer({ logger: recordingLogger().logger });
  server.channel("/battery", BATTERY, { latch: true }).send({ volts: 12.5, mode: "auto" });
  server.channel("/everything", protobuf({ descriptor: DESCRIPTOR, type: "test.Everything" }), { latch: true })
    .send({ int64: -5n, color: 1, timestamp: 7n, by_int32: { 3: "three" }, child: { string: "inner" } });
  server.channel("/log", Log, { latch: true }).send({ level: LogLevel.INFO, message: "hello", timestamp: 9n });
  server.addChannel({ topic: "/camera", encoding: "ros1", schemaName: "sensor_msgs/Image" });
  return server;
}

/** Prints one message of each topic. It has the types of the generated file, so it fails if they are wrong. */
const READER = `import { FoxgloveClient } from "@x/foxglove-ws/client";
import { Color, TOPICS, type Topics } from "./topics.ts";

await using client = await FoxgloveClient.connect(Deno.args[0]!);

async function next<Topic extends keyof Topics>(topic: Topic): Promise<Topics[Topic]> {
  for await (const { value } of client.subscribe(topic, TOPICS[topic])) return value;
  throw new Error("the subscription has ended");
}

const { volts, mode } = await next("/battery");
const isAuto: boolean = mode === "auto";
console.log(volts.toFixed(1), isAuto);

const { int64, color, timestamp, by_int32, child } = await next("/everything");
const doubled: bigint = 2n * int64;
const time: bigint | undefined = timestamp;
console.log(doubled, color === Color.COLOR_RED, time, by_int32["3"]?.length, child?.string);

const { message, level } = await next("/log");
console.log(message.toUpperCase(), level);
`;

Deno.test("the file of types passes the type check and reads the live server", async () => {
  await using server = await startRobot();
  await using folder = await createModuleFolder();
  const file = `${folder.path}/topics.ts`;
  assertEquals(await runCli(["types", "-o", file, "--url", server.url!], { dir: folder.path }), {
    code: 0,
    signal: null,
    lines: [],
    stderr: `Wrote ${file} with the codecs of 3 topics\n` +
      'No codec for "/camera": the encoding "ros1" needs a codec of your own\n',
  });
  await runDeno(folder, "fmt", "--no-config", "--check", "topics.ts");
  await folder.write("reader.ts", READER);
  const flags = [...folder.flags, "--check", "--quiet", "--allow-net=127.0.0.1"];
  await using reader = new Program(...flags, `${folder.path}/reader.ts`, server.url!);
  const { code, lines, stderr } = await reader.ended();
  assertEquals([code, lines, stderr], [0, ["12.5 true", "-10n true 7n 5 inner", "HELLO 2"], ""]);
});

/** Prints one message of Foxglove's SDK. */
const POSE_READER = `import { FoxgloveClient } from "@x/foxglove-ws/client";
import { TOPICS } from "./topics.ts";

await using client = await FoxgloveClient.connect(Deno.args[0]!);
for await (const { value } of client.subscribe("/pose", TOPICS["/pose"])) {
  const time: bigint = value.timestamp;
  console.log(time, value.frame_id, value.pose.position.x.toFixed(1));
  break;
}
`;

testWithPython("the file of types reads the messages of the SDK's server", ["foxglove-sdk"], async () => {
  const inbox = new Inbox();
  const program = `${import.meta.dirname}/../interop/peers/rust_messages.py`;
  await using server = new LineProcess(PYTHON, [program], (line) => {
    inbox.push("port" in line ? "port" : "subscribed", line);
  });
  const { port } = await inbox.next("port");
  await using folder = await createModuleFolder();
  const file = `${folder.path}/topics.ts`;
  const args = ["types", "-o", file, "--url", `127.0.0.1:${port}`];
  const { code, stderr } = await runCli(args, { dir: folder.path });
  assertEquals([code, stderr], [0, `Wrote ${file} with the codecs of 6 topics\n`]);
  await folder.write("reader.ts", POSE_READER);
  // The type check may take longer than the wait for the subscription.
  await runDeno(folder, "check", ...folder.flags, "--quiet", "reader.ts");
  const flags = [...folder.flags, "--no-check", "--quiet", "--allow-net=127.0.0.1"];
  await using reader = new Program(...flags, `${folder.path}/reader.ts`, `ws://127.0.0.1:${port}`);
  await inbox.next("subscribed");
  await server.writeLine({});
  assertEquals(await reader.line(), "1700000000123456789n map 1.5");
});

Deno.test("types prints the file if none is named, the same for each run", async () => {
  await using server = await startRobot();
  const first = await runCli(["types", "--url", server.url!]);
  assertEquals([first.code, first.stderr.split("\n").length], [0, 2]);
  assertStringIncludes(first.lines[0]!, "// Generated by `foxglove-ws types`");
  assertEquals(first.lines.includes('import { type Codec, json, protobuf } from "@x/foxglove-ws/client";'), true);
  assertEquals(await runCli(["types", "--url", server.url!]), first);
  const other = await runCli(["types", "--import", "jsr:@x/foxglove-ws/", "--url", server.url!]);
  assertEquals(other.lines.includes('import { Log } from "jsr:@x/foxglove-ws/schemas";'), true);
});

Deno.test("types --required makes the members of schemas without a list of required ones present", async () => {
  await using server = await startServer();
  server.channel("/battery", json({ example: { volts: 12.5 } }));
  const optional = await runCli(["types", "--url", server.url!]);
  const required = await runCli(["types", "--required", "--url", server.url!]);
  assertEquals([optional.lines.includes("  volts?: number;"), required.lines.includes("  volts: number;")], [
    true,
    true,
  ]);
  assertEquals([optional.stderr, required.stderr], [
    'Members are optional where a JSON schema has no "required"; --required assumes them\n',
    "",
  ]);
});

Deno.test("types prints the absolute path of the file", async () => {
  await using server = await startRobot();
  await using folder = await createModuleFolder();
  const args = ["types", "-o", "topics.ts", "--url", server.url!];
  await using program = startInShell(args, { before: `cd '${folder.path}' &&`, dir: folder.path });
  const { code, stderr } = await program.ended();
  assertEquals([code, stderr.split("\n")[0]], [0, `Wrote ${folder.path}/topics.ts with the codecs of 3 topics`]);
});

Deno.test("types overwrites a file that it has not generated only with --force", async () => {
  await using server = await startRobot();
  await using folder = await createModuleFolder();
  const file = `${folder.path}/topics.ts`;
  const args = ["types", "-o", file, "--url", server.url!];
  await folder.write("topics.ts", "my own code");
  const { code, stderr } = await runCli(args, { dir: folder.path });
  assertEquals(
    [code, stderr],
    [1, `foxglove-ws types: "${file}" exists and was not generated by this command; --force overwrites it\n`],
  );
  assertEquals(await Deno.readTextFile(file), "my own code");
  assertEquals((await runCli([...args, "--force"], { dir: folder.path })).code, 0);
  server.addChannel({ topic: "/new", encoding: "json" });
  assertEquals((await runCli(args, { dir: folder.path })).code, 0);
  assertStringIncludes(await Deno.readTextFile(file), '"/new": New;');
});

Deno.test("types explains that it cannot write a file", async () => {
  await using server = await startRobot();
  await using folder = await createModuleFolder();
  const file = `${folder.path}/missing/topics.ts`;
  const { code, lines, stderr } = await runCli(["types", "-o", file, "--url", server.url!], { dir: folder.path });
  assertEquals([code, lines, stderr.split("\n").length], [1, [], 2]);
  assertStringIncludes(stderr, `foxglove-ws types: cannot write "${file}": `);
  // Without the permission.
  const denied = await runCli(["types", "-o", "/topics.ts", "--url", server.url!], { dir: folder.path });
  assertEquals([denied.code, denied.stderr.split("\n").length], [1, 2]);
  assertStringIncludes(denied.stderr, 'foxglove-ws types: cannot read "/topics.ts" before it is overwritten: ');
});

Deno.test("types says that a server has no topics for which it can write a codec", async () => {
  await using server = await startServer({ logger: recordingLogger().logger });
  server.addChannel({ topic: "/camera", encoding: "ros1" });
  const { code, lines, stderr } = await runCli(["types", "--url", server.url!]);
  assertEquals([code, lines], [1, []]);
  assertEquals(
    stderr,
    'foxglove-ws types: the server has no topics with JSON or protobuf; "foxglove-ws topics" lists all\n',
  );
});

Deno.test("types rejects --force without a file", async () => {
  const { code, stderr } = await runCli(["types", "--force"]);
  assertEquals([code, stderr], [2, "foxglove-ws types: --force requires --output; --help lists the options\n"]);
});

Deno.test("types ends with 130 if Ctrl-C cuts it short", async () => {
  // Accepts connections and never answers.
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const program = startCli(["types", "--timeout", "60", "--url", `127.0.0.1:${listener.addr.port}`]);
  await using _program = program;
  using _connection = await listener.accept();
  program.kill("SIGINT");
  const { code, lines } = await program.ended();
  assertEquals([code, lines], [130, []]);
});

Deno.test("types reports a server that ends meanwhile", async () => {
  const connected = Promise.withResolvers<void>();
  const server = await startServer({ listener: { onClientConnect: () => connected.resolve() } });
  await using program = startCli(["types", "--url", server.url!]);
  await connected.promise;
  await server.close();
  const { code, lines, stderr } = await program.ended();
  assertEquals([code, lines, stderr.split("\n").length], [1, [], 2]);
  assertStringIncludes(stderr, "is the server");
});
