// The programs of docs/coming_from/python.md: a client receives the same from both.

import { assertEquals } from "@std/assert/equals";
import { DocProgram } from "../support/doc_blocks.ts";
import { freePort } from "../support/free_port.ts";
import { observeRobot, type RobotFacts } from "./observe_robot.ts";
import { OldProgram, programOf, testWithPeers } from "./old_program.ts";

const SHAPE = { xOf: (value: unknown) => (value as { x: number }).x, hasParameter: true };

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
  speed: [[["/speed", 1]], [["/speed", 2]], [["/speed", 2]]],
  newSteps: [2, 2],
  stepsFromTarget: 1,
};

testWithPeers("python", "the robot with PyPI's foxglove-websocket moves as its page says", async () => {
  const port = freePort();
  const code = await programOf("python.md", "python", "FoxgloveServerListener");
  await using _program = await OldProgram.start("python", code, port);
  assertEquals(await observeRobot(`ws://127.0.0.1:${port}`, SHAPE), FACTS);
});

Deno.test("the port of the robot from foxglove-websocket behaves the same", async () => {
  await using running = await DocProgram.start(await programOf("python.md", "ts", "runCancellable"));
  assertEquals(await observeRobot(await running.url(), SHAPE), FACTS);
});
