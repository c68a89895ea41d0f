// The programs of docs/coming_from/python.md: a client receives the same from both, and from ours on each runtime.

import { assertEquals } from "@std/assert/equals";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { MS, within } from "../support/events.ts";
import { freePort } from "../support/free_port.ts";
import { observeRobot, type RobotFacts } from "./observe_robot.ts";
import { OldProgram, programOf, testWithPeers } from "./old_program.ts";
import { testOnRuntimes } from "./our_program.ts";

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

testOnRuntimes(
  "python.md",
  "runCancellable",
  "the port of the robot from foxglove-websocket behaves the same",
  async (start) => {
    await using running = await start();
    const url = await running.url();
    assertEquals(await observeRobot(url, SHAPE), FACTS);
    await using client = await FoxgloveClient.connect(url, { reconnect: false });
    running.program.kill("SIGINT");
    await within(client.closed, "the end of the connection", LIMIT_MS);
    assertEquals((await within(running.program.ended(), "the end of the program", LIMIT_MS)).code, 0);
  },
);

/** Longer than a program needs to send a message or to end. */
const LIMIT_MS = 20_000 * MS;

testOnRuntimes(
  "python.md",
  "onClientMessage",
  "the hooks in the style of foxglove-websocket serve two clients",
  async (start) => {
    await using running = await start();
    const url = await running.url();
    await using first = await FoxgloveClient.connect(url);
    await using second = await FoxgloveClient.connect(url);
    // Both channels have the same id. The second one must not replace the topic of the first.
    const channels = [first.channel("/target"), second.channel("/other")] as const;
    const prefixes = [await running.program.line(), await running.program.line()].map((line) =>
      line.split(" publishes ")
    );
    assertEquals(prefixes.map(([, what]) => what).toSorted(), ["/other as channel 1", "/target as channel 1"]);
    assertEquals(channels[0].send({ x: 500 }) && channels[1].send({ x: -500 }), true);
    const found = async () => {
      for await (const { value } of first.subscribe("/pose").json<{ x: number }>()) {
        if (value.x > 500) return "moved";
      }
      return "ended";
    };
    assertEquals(await within(found(), "a pose beyond the target", LIMIT_MS), "moved");
  },
);
