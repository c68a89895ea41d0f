// The programs of docs/coming_from/foxglove_sdk.md: a client receives the same from both.

import { assertEquals } from "@std/assert/equals";
import { freePort } from "../support/free_port.ts";
import { observeRobot, type RobotFacts, type RobotShape } from "./observe_robot.ts";
import { OldProgram, programOf, testWithPeers } from "./old_program.ts";
import { testOnRuntimes } from "./our_program.ts";

const SHAPE: RobotShape = {
  xOf: (value) => (value as { pose: { position: { x: number } } }).pose.position.x,
  hasParameter: true,
  hasService: true,
};

const FACTS: RobotFacts = {
  name: "my robot",
  channel: { topic: "/pose", encoding: "protobuf", schemaName: "foxglove.PoseInFrame", schema: "of the message" },
  isInOrder: true,
  steps: [1, 1],
  speed: [[["/speed", 1]], [["/speed", 2]], [["/speed", 2]]],
  newSteps: [2, 2],
  stepsFromTarget: 1,
  reset: { answer: { ok: true }, steps: 1 },
};

testWithPeers("python", "the robot with PyPI's foxglove-sdk moves as its page says", async () => {
  const port = freePort();
  const code = await programOf("foxglove_sdk.md", "python", "start_server");
  await using _program = await OldProgram.start("python", code, port);
  assertEquals(await observeRobot(`ws://127.0.0.1:${port}`, SHAPE), FACTS);
});

const ROBOT_TEST = "the port of the robot from foxglove-sdk behaves the same";
testOnRuntimes("foxglove_sdk.md", "runCancellable", ROBOT_TEST, async (start) => {
  await using running = await start();
  assertEquals(await observeRobot(await running.url(), SHAPE), FACTS);
});
