// The programs of docs/coming_from/npm.md: both servers and both clients do the same.

import { assertEquals } from "@std/assert/equals";
import { FoxgloveServer, json } from "../../mod.ts";
import { freePort } from "../support/free_port.ts";
import { observeRobot, type RobotFacts } from "./observe_robot.ts";
import { OldProgram, programOf, testWithPeers, withPort } from "./old_program.ts";
import { testOnRuntimes } from "./our_program.ts";

const SHAPE = { xOf: (value: unknown) => (value as { x: number }).x, hasService: true };

const FACTS: RobotFacts = {
  name: "my robot",
  channel: {
    topic: "/pose",
    encoding: "json",
    schemaName: "Pose",
    schema: { type: "object", properties: { x: { type: "number" } } },
  },
  isInOrder: true,
  steps: [1, 1],
  stepsFromTarget: 1,
  reset: { answer: { ok: true }, steps: 1 },
};

testWithPeers("node", "the robot with npm's @foxglove/ws-protocol moves as its page says", async () => {
  const port = freePort();
  await using _program = await OldProgram.start("node", await programOf("npm.md", "js", "new FoxgloveServer"), port);
  assertEquals(await observeRobot(`ws://127.0.0.1:${port}`, SHAPE), FACTS);
});

const ROBOT_TEST = "the port of the robot from @foxglove/ws-protocol behaves the same";
testOnRuntimes("npm.md", "new FoxgloveServer", ROBOT_TEST, async (start) => {
  await using running = await start();
  assertEquals(await observeRobot(await running.url(), SHAPE), FACTS);
});

/** Lets a client's program connect to a robot that is at 1, and goes where the client sends it. */
async function withRobot(use: (port: number) => Promise<void>): Promise<void> {
  await using server = new FoxgloveServer({ name: "my robot", port: 0 });
  // The newest two, because a program may publish its target before it subscribes.
  const pose = server.channel("/pose", json<{ x: number }>(), { latch: { depth: 2 } });
  pose.send({ x: 1 });
  server.onPublish("/target", json<{ x: number }>(), ({ x }) => pose.send({ x }));
  const { port } = await server.start() as { port: number };
  await use(port);
}

testWithPeers(
  "node",
  "the client with npm's @foxglove/ws-protocol prints positions, and sends the target",
  async () => {
    await withRobot(async (port) => {
      const code = await programOf("npm.md", "js", "new FoxgloveClient");
      await using program = await OldProgram.start("node", code, port);
      assertEquals([await program.line(), await program.line()], ["1", "500"]);
    });
  },
);

const CLIENT_TEST = "the port of the client prints the same, and sends the target";
testOnRuntimes("npm.md", "FoxgloveClient.connect", CLIENT_TEST, async (start) => {
  await withRobot(async (port) => {
    await using running = await start((code) => withPort(code, port));
    assertEquals([await running.program.line(), await running.program.line()], ["1", "500"]);
  });
});
