// The programs in examples/nats: a robot, and an edge that serves it.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { within } from "../support/events.ts";
import { IMPORT_MAP } from "../support/import_map.ts";
import { NatsServer, natsTest } from "../support/nats_server.ts";
import { Program } from "../support/program.ts";
import { filesBelow, PROJECT } from "../support/project_files.ts";

const LIMIT_MS = 30_000;

function start(name: string, ...args: string[]): Program {
  return new Program("-A", ...IMPORT_MAP, new URL(`examples/nats/${name}`, PROJECT).href, ...args);
}

Deno.test("these are all programs in examples/nats, and they are short", async () => {
  const files = filesBelow("examples/nats").sort();
  assertEquals(files, ["examples/nats/edge.ts", "examples/nats/robot.ts"]);
  for (const file of files) {
    const lines = (await Deno.readTextFile(new URL(file, PROJECT))).split("\n").length;
    assertEquals(lines < 80, true, file);
  }
});

natsTest("examples/nats: viewers of the edge see the robot, and end on Ctrl-C", async (program) => {
  await using nats = await NatsServer.start(program);
  const address = `127.0.0.1:${nats.port}`;
  await using robot = start("robot.ts", "--nats", address);
  assertEquals(await within(robot.line(), "the robot", LIMIT_MS), `Publishing fg.robot1.> to ${address}`);
  await using edge = start("edge.ts", "--port", "0", "--nats", address, "--prefix", "fg.robot1,fg.robot2");
  const url = (await within(edge.line(), "the edge", LIMIT_MS)).replace("Listening on ", "");
  {
    await using client = await FoxgloveClient.connect(url, { logger: false });
    await within(client.waitForChannel("/robot1/pose"), "the topic");
    const poses = client.subscribe("/robot1/pose");
    assertEquals((await within(poses.next(), "a pose")).value?.channel.topic, "/robot1/pose");
    poses.close();
    const descriptions = client.subscribe("/robot1/robot_description");
    assertEquals((await within(descriptions.next(), "the description")).done, false);
    descriptions.close();
    assertEquals((await client.getParameters(["/robot1/speed"]))[0]?.value, 1);
  }
  for (const each of [robot, edge]) {
    each.kill("SIGINT");
    const { code, signal, stderr } = await each.ended();
    assertEquals([code, signal, stderr.includes("Error")], [0, null, false], stderr);
  }
});

natsTest("examples/nats: programs end on Ctrl-C while NATS is away", async (program) => {
  await using nats = await NatsServer.start(program);
  const address = `127.0.0.1:${nats.port}`;
  await using robot = start("robot.ts", "--nats", address);
  await within(robot.line(), "the robot", LIMIT_MS);
  await using edge = start("edge.ts", "--port", "0", "--nats", address);
  await within(edge.line(), "the edge", LIMIT_MS);
  await nats.kill();
  for (const each of [robot, edge]) {
    each.kill("SIGINT");
    const { code, signal, stderr } = await each.ended();
    assertEquals([code, signal, stderr.includes("RequestError")], [0, null, false], stderr);
  }
});

for (const name of ["robot.ts", "edge.ts"]) {
  Deno.test(`examples/nats/${name} --help lists the options`, async () => {
    await using program = start(name, "--help");
    const { code, lines } = await program.ended();
    assertEquals(code, 0);
    for (const option of ["--nats", "--prefix", "--help"]) assertStringIncludes(lines.join("\n"), option);
  });
}

/** Runs a program that cannot start, and returns its only line of errors. */
async function errorOf(name: string, ...args: string[]): Promise<string> {
  await using program = start(name, ...args);
  const { code, stderr } = await program.ended();
  const [line = "", ...rest] = stderr.split("\n");
  assertEquals([code, rest], [1, [""]], stderr);
  return line;
}

natsTest("examples/nats: programs that cannot start say why in one line", async (program) => {
  await using nats = await NatsServer.start(program);
  const address = ["--nats", `127.0.0.1:${nats.port}`];
  for (const name of ["robot.ts", "edge.ts"]) {
    assertEquals(
      await errorOf(name, "--nats", "127.0.0.1:1"),
      'Cannot connect to NATS on "127.0.0.1:1": connection refused; use --nats to choose another server',
    );
    assertStringIncludes(await errorOf(name, ...address, "--prefix", "a b"), 'the prefix "a b" must consist of');
  }
  await using robot = start("robot.ts", ...address);
  await within(robot.line(), "the robot", LIMIT_MS);
  assertStringIncludes(await errorOf("robot.ts", ...address), 'another robot uses the prefix "fg.robot1"');
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  assertStringIncludes(
    await errorOf("edge.ts", ...address, "--port", String(listener.addr.port)),
    "the port is in use; use another --port",
  );
});

natsTest("examples/nats/robot.ts says in one line that NATS has no JetStream", async (program) => {
  await using nats = await NatsServer.start(program, { hasJetStream: false });
  const line = await errorOf("robot.ts", "--nats", `127.0.0.1:${nats.port}`);
  assertStringIncludes(line, "start nats-server with --jetstream");
});
