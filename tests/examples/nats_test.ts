// The programs in examples/nats: a robot, and an edge that serves it.

import { assertEquals } from "@std/assert/equals";
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
  const servers = `127.0.0.1:${nats.port}`;
  await using robot = start("robot.ts", servers, "fg.robot1");
  assertEquals(await within(robot.line(), "the robot", LIMIT_MS), `Publishing fg.robot1.> to ${servers}`);
  await using edge = start("edge.ts", "0", servers, "fg.robot1", "fg.robot2");
  const url = (await within(edge.line(), "the edge", LIMIT_MS)).replace("Serving ", "");
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
    const { code, signal } = await each.ended();
    assertEquals([code, signal], [0, null]);
  }
});
