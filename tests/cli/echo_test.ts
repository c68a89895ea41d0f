// echo: prints the messages of topics.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { type ChannelId, type FoxgloveServer, type FoxgloveServerOptions, StatusLevel } from "../../mod.ts";
import { BATTERY_PROTO } from "../support/battery_proto.ts";
import { Queue } from "../support/events.ts";
import { startServer } from "../support/test_server.ts";
import { commandOf, runCli, startCli } from "./fixture.ts";
import { Program } from "../support/program.ts";
import { startOnTerminal } from "./terminal.ts";

const TIME = 1_700_000_000_123_456_789n;
const ODOM = '{"pose":{"x":1.5,"y":-2},"ranges":[1,2,3],"frame":"map"}';

/** A server with a message for each new subscriber to each of its topics. */
async function startFilledServer(): Promise<FoxgloveServer> {
  const server = await startServer();
  const send = (topic: string, payload: string | Uint8Array, channel: { encoding: string }) =>
    server.sendMessage(server.addChannel({ topic, latch: true, ...channel }), TIME, payload);
  send("/odom", ODOM, { encoding: "json" });
  // Field 1 is the double 12.5, field 2 the text "main".
  const battery = Uint8Array.fromHex("09000000000000294012046d61696e");
  send("/battery", battery, BATTERY_PROTO);
  send("/points", new Uint8Array([0, 1, 255]), { encoding: "cdr" });
  send("/broken", "{", { encoding: "json" });
  return server;
}

/** Reports the channels that clients subscribe to. */
function subscriptions(): { queue: Queue<ChannelId>; options: Partial<FoxgloveServerOptions> } {
  const queue = new Queue<ChannelId>("a subscription");
  return { queue, options: { listener: { onSubscribe: (_server, id) => void queue.push(id) } } };
}

Deno.test("echo prints JSON with a line for each member", async () => {
  await using server = await startFilledServer();
  assertEquals(await runCli(["echo", "/odom", "--count", "1", "--url", server.url!]), {
    code: 0,
    signal: null,
    lines: [
      "# 2023-11-14T22:13:20.123456789Z /odom",
      "pose:",
      "  x: 1.5",
      "  y: -2",
      "ranges: [1, 2, 3]",
      "frame: map",
      "---",
    ],
    stderr: "",
  });
});

Deno.test("echo decodes protobuf by the descriptor of the server", async () => {
  await using server = await startFilledServer();
  const { code, lines } = await runCli(["echo", "/battery", "--count", "1", "--url", server.url!]);
  assertEquals([code, lines.slice(1)], [0, ["volts: 12.5", "name: main", "---"]]);
});

Deno.test("echo prints messages that it cannot decode as hexadecimal bytes, and says why", async () => {
  await using server = await startFilledServer();
  const points = await runCli(["echo", "/points", "--count", "1", "--url", server.url!]);
  assertEquals([points.code, points.lines.slice(1)], [0, ["cdr, 3 bytes: 00 01 ff", "---"]]);
  assertEquals(points.stderr, '"/points" has the encoding "cdr", which cannot be decoded\n');
  const broken = await runCli(["echo", "/broken", "--count", "1", "--url", server.url!]);
  assertEquals([broken.code, broken.lines.slice(1)], [0, ["json, 1 byte: 7b", "---"]]);
  assertStringIncludes(broken.stderr, 'Cannot decode a message of "/broken", caused by SyntaxError');
});

Deno.test("echo --json prints an object for each message of several topics", async () => {
  await using server = await startFilledServer();
  const args = ["echo", "/odom", "/battery", "/points", "--count", "3", "--json", "--url", server.url!];
  const { code, lines } = await runCli(args);
  const objects = lines.map((line) => JSON.parse(line)).toSorted((a, b) => a.topic < b.topic ? -1 : 1);
  assertEquals([code, objects], [0, [
    { topic: "/battery", timestamp: `${TIME}`, value: { volts: 12.5, name: "main" } },
    { topic: "/odom", timestamp: `${TIME}`, value: JSON.parse(ODOM) },
    { topic: "/points", timestamp: `${TIME}`, encoding: "cdr", hex: "0001ff" },
  ]]);
});

Deno.test("echo --field prints the value of a field, or several fields", async () => {
  await using server = await startFilledServer();
  const echo = async (...args: string[]) => {
    const { lines } = await runCli(["echo", "/odom", "--count", "1", ...args, "--url", server.url!]);
    return lines;
  };
  assertEquals(await echo("--field", "ranges[1]"), ["2"]);
  assertEquals(await echo("--field", "pose"), ["x: 1.5", "y: -2", "---"]);
  assertEquals((await echo("-f", "pose.x,frame")).slice(1), ["pose.x: 1.5", "frame: map", "---"]);
  assertEquals(await echo("--field", "pose.x", "--json"), [`{"topic":"/odom","timestamp":"${TIME}","value":1.5}`]);
});

Deno.test("echo --field names the fields that exist if a field does not exist", async () => {
  const { queue, options } = subscriptions();
  await using server = await startServer(options);
  const id = server.addChannel({ topic: "/odom", encoding: "json" });
  await using program = startCli(["echo", "/odom", "--field", "pose.z", "--count", "1", "--url", server.url!]);
  await queue.next();
  server.sendMessage(id, TIME, ODOM);
  server.sendMessage(id, TIME, '{"pose":{"z":7}}');
  const { code, lines, stderr } = await program.ended();
  assertEquals([code, lines, stderr], [0, ["7"], '"/odom" has no field "pose.z"; it has x, y\n']);
});

Deno.test("echo --field names the field that was probably meant", async () => {
  await using server = await startServer();
  const id = server.addChannel({ topic: "/odom", encoding: "json", latch: true });
  server.sendMessage(id, TIME, '{"pose":{"position":{"x":1}}}');
  await using program = startCli([
    "echo",
    "/odom",
    "--field",
    "pose.positon.x,pose",
    "--count",
    "1",
    "--url",
    server.url!,
  ]);
  const { code, stderr } = await program.ended();
  assertEquals([code, stderr], [0, '"/odom" has no field "pose.positon.x"; did you mean "pose.position"?\n']);
});

Deno.test("echo --csv prints a header and a line for each message", async () => {
  await using server = await startFilledServer();
  const echo = (...args: string[]) => runCli(["echo", "--csv", ...args, "--url", server.url!]);
  const all = await echo("/odom", "--count", "1");
  assertEquals(all.lines, ["timestamp,pose.x,pose.y,ranges,frame", `${TIME},1.5,-2,"[1,2,3]",map`]);
  const some = await echo("/odom", "/battery", "--field", "volts,pose.x", "--count", "2");
  assertEquals(some.lines.toSorted(), [`${TIME},/battery,12.5,`, `${TIME},/odom,,1.5`, "timestamp,topic,volts,pose.x"]);
});

Deno.test("echo --csv and --field fail for an encoding that cannot be decoded", async () => {
  await using server = await startFilledServer();
  for (const option of ["--csv", "--field=x"]) {
    const { code, lines, stderr } = await runCli(["echo", "/points", option, "--url", server.url!]);
    assertEquals([code, lines], [1, []]);
    assertEquals(stderr, 'foxglove-ws echo: "/points" has the encoding "cdr", so its fields cannot be read\n');
  }
});

Deno.test("echo shortens long lists, unless --full is given", async () => {
  await using server = await startServer();
  const id = server.addChannel({ topic: "/scan", encoding: "json", latch: true });
  server.sendMessage(id, TIME, JSON.stringify({ ranges: Array.from({ length: 100 }, () => 0.5) }));
  const echo = async (...args: string[]) =>
    (await runCli(["echo", "/scan", "--count", "1", ...args, "--url", server.url!])).lines.join(" ");
  assertStringIncludes(await echo(), "0.5, … 68 more]");
  assertEquals((await echo("--full")).match(/0\.5/g)?.length, 100);
});

Deno.test("echo waits for a topic, and continues when the topic returns", async () => {
  const { queue, options } = subscriptions();
  await using server = await startServer({
    listener: { ...options.listener, onClientConnect: () => queue.push(-1 as ChannelId) },
  });
  await using program = startCli(["echo", "/odom", "--field", "n", "--url", server.url!]);
  await queue.next();
  for (const n of [1, 2]) {
    const id = server.addChannel({ topic: "/odom", encoding: "json" });
    assertEquals(await queue.next(), id);
    server.sendMessage(id, TIME, JSON.stringify({ n }));
    assertEquals(await program.line(), `${n}`);
    server.removeChannel(id);
  }
});

Deno.test("echo says on a terminal that it waits for a topic", async () => {
  await using server = await startServer();
  server.addChannel({ topic: "/robot/odom", encoding: "json" });
  await using program = startOnTerminal(["echo", "/odom", "--url", server.url!]);
  assertEquals(
    (await program.line()).trimEnd(),
    'waiting for the topic "/odom", which the server does not have; did you mean "/robot/odom"?',
  );
});

Deno.test("echo prints a warning of the server once", async () => {
  const { queue, options } = subscriptions();
  await using server = await startServer(options);
  const id = server.addChannel({ topic: "/odom", encoding: "json" });
  await using program = startCli(["echo", "/odom", "--field", "n", "--count", "1", "--url", server.url!]);
  await queue.next();
  for (const text of ["too slow", "too slow", "much too slow"]) {
    server.sendStatus(StatusLevel.WARNING, text, { id: "slow" });
  }
  server.sendStatus(StatusLevel.INFO, "all is well");
  server.sendMessage(id, TIME, '{"n":1}');
  const { code, lines, stderr } = await program.ended();
  assertEquals([code, lines, stderr], [0, ["1"], "the server reports: too slow\n"]);
});

Deno.test("echo ends with code 0 on Ctrl-C, and with 130 if --count was not reached", async () => {
  for (const [args, expected] of [[[], 0], [["--count", "2"], 130]] as const) {
    await using server = await startFilledServer();
    await using program = startCli(["echo", "/odom", "--field", "frame", ...args, "--url", server.url!]);
    assertEquals(await program.line(), "map");
    program.kill("SIGINT");
    const { code, lines, stderr } = await program.ended();
    assertEquals([code, lines, stderr], [expected, [], ""]);
  }
});

Deno.test("echo ends with code 1 and one line when the server ends", async () => {
  const server = await startFilledServer();
  await using program = startCli(["echo", "/odom", "--field", "frame", "--url", server.url!]);
  assertEquals(await program.line(), "map");
  await server.close();
  const { code, lines, stderr } = await program.ended();
  assertEquals([code, lines, stderr.split("\n").length], [1, [], 2]);
  assertStringIncludes(stderr, "foxglove-ws echo: The connection to ");
});

Deno.test("echo ends quietly when its reader ends", async () => {
  await using server = await startServer();
  const id = server.addChannel({ topic: "/odom", encoding: "json" });
  const timer = setInterval(() => server.sendMessage(id, TIME, '{"n":1}'), 2);
  try {
    const [deno = "", ...args] = commandOf(["echo", "/odom", "--field", "n", "--url", server.url!]);
    const script = '"$0" "$@" | head -n 2; exit "${PIPESTATUS[0]}"';
    await using program = new Program({ executable: "bash" }, "-c", script, deno, ...args);
    const { code, lines, stderr } = await program.ended();
    assertEquals([code, lines, stderr], [0, ["1", "1"], ""]);
  } finally {
    clearInterval(timer);
  }
});

const WRONG: readonly [args: readonly string[], problem: string][] = [
  [[], "missing argument: TOPIC…"],
  [["/a", "--csv", "--json"], "--csv and --json exclude each other"],
  [["/a", "/b", "--csv"], "--csv with several topics requires --field"],
  [["/a", "--count", "0"], "--count must be at least 1"],
  [["/a", "--field", "a..b"], '--field requires paths such as pose.x or ranges[0], not "a..b"'],
];

for (const [args, problem] of WRONG) {
  Deno.test(`echo ${args.join(" ")} ends with code 2`, async () => {
    const { code, lines, stderr } = await runCli(["echo", ...args]);
    assertEquals([code, lines, stderr], [2, [], `foxglove-ws echo: ${problem}; --help lists the options\n`]);
  });
}
