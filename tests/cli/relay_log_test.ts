// isStateLine(): the log lines of a real relay that the command relay prints in its own words.

import { assertEquals } from "@std/assert/equals";
import { isStateLine } from "../../src/cli/relay_log.ts";
import { FakeServer, FULL_SERVER_INFO } from "../support/fake_server.ts";
import { closing, startRelay, startRobot, until } from "../relay/fixture.ts";

Deno.test("isStateLine() knows all lines of relay() about the connections of its robots", async () => {
  const fake = new FakeServer();
  const { createWebSocket } = fake.options();
  const robot = await startRobot();
  const { port } = robot.addr!;
  await using under = await startRelay([
    { url: robot.url!, name: "robot" },
    { url: "ws://late", name: "late", createWebSocket: createWebSocket! },
  ]);
  const isConnected = () => under.relay.stats().upstreams.map((each) => each.isConnected);
  // A robot that is off at first.
  (await fake.next()).leaves(1006);
  under.clock.advance(60_000);
  const late = closing(await fake.next());
  late.accepts();
  late.says(FULL_SERVER_INFO);
  await until(() => isConnected().every(Boolean), "both robots");
  await robot.close();
  await until(() => !isConnected()[0], "the loss");
  await using _back = await startRobot({ port });
  await until(() => isConnected()[0] === true, "the return");
  under.relay.add({ url: under.server.url!, name: "self" });
  await until(() => under.lines.some((line) => line.startsWith("error")), "the loop");

  const lines = under.lines.filter((line) => line.includes("Relay: ")).map((line) => line.replace(/^\w+: /, ""));
  assertEquals(lines.filter((line) => !isStateLine(line, ["late", "robot", "self"])), []);
  const found = (pattern: RegExp) => lines.some((line) => pattern.test(line));
  assertEquals(
    [/robot is connected$/, /late is connected/, /lost robot: /, /robot is connected again$/, /self is not /]
      .filter((pattern) => !found(pattern)),
    [],
  );
});

Deno.test("isStateLine() knows no warnings of robots, whatever their text", () => {
  for (
    const line of [
      "Relay: robot: the gripper is connected",
      "Relay: robot: lost robot: yes",
      "Relay: robot: robot is connected again",
      "Relay: other is connected",
      "Relay: robot is connected, but slow",
      "Not relayed from robot: /x is connected",
    ]
  ) assertEquals([line, isStateLine(line, ["robot", "robot:8765"])], [line, false]);
  assertEquals(isStateLine("Relay: robot:8765 is connected", ["robot", "robot:8765"]), true);
});
