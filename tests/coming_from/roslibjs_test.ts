// The programs of docs/coming_from/roslibjs.md: the robot without ROS, and the page of a robot with ROS.

import { assertEquals } from "@std/assert/equals";
import { parse } from "npm:@foxglove/rosmsg@^5";
import { MessageReader, MessageWriter } from "npm:@foxglove/rosmsg2-serialization@^3";
import { FoxgloveServer } from "../../mod.ts";
import { DocProgram } from "../support/doc_blocks.ts";
import { Queue } from "../support/events.ts";
import { observeRobot } from "./observe_robot.ts";
import { OldProgram, programOf, testWithPeers, withPort } from "./old_program.ts";
import { Rosbridge } from "./rosbridge.ts";

const ROBOT = {
  steps: [1, 1],
  stepsFromTarget: 1,
  reset: { answer: { success: true, message: "" }, steps: 1 },
};

testWithPeers("ros", "the robot with roslib publishes, obeys and serves over rosbridge", async () => {
  await using bridge = new Rosbridge();
  await using _program = await OldProgram.start(
    "ros",
    await programOf("roslibjs.md", "js", "setInterval"),
    bridge.port,
  );
  await bridge.connected();
  const nextX = async () => (await bridge.next("publish", "/pose")).msg.x as number;
  const until = async (condition: (x: number) => boolean) => {
    for (;;) {
      const x = await nextX();
      if (condition(x)) return x;
    }
  };
  assertEquals((await bridge.next("advertise", "/pose")).type, "geometry_msgs/msg/Point");
  const [first, second, third] = [await nextX(), await nextX(), await nextX()];
  await bridge.next("subscribe", "/target");
  await bridge.publish("/target", { x: 500, y: 0, z: 0 });
  const stepsFromTarget = await until((x) => x >= 500) - 500;
  await bridge.next("advertise_service", "/reset");
  const { values: answer } = await bridge.call("/reset", {});
  const reset = { answer, steps: await until((x) => x < 500) };
  assertEquals({ steps: [second - first, third - second], stepsFromTarget, reset }, ROBOT);
});

Deno.test("the port of the robot from roslib behaves the same", async () => {
  await using running = await DocProgram.start(await programOf("roslibjs.md", "ts", "setInterval"));
  const xOf = (value: unknown) => (value as { x: number }).x;
  const { steps, stepsFromTarget, reset, channel } = await observeRobot(await running.url(), { xOf, hasService: true });
  assertEquals({ steps, stepsFromTarget, reset }, ROBOT);
  assertEquals([channel.topic, channel.schemaName], ["/pose", "Point"]);
});

/** What the page prints for the answer of the service, and for a position. */
const LINES = ["true on", "1700000000 250000000 1.5"];
const POSITION = {
  header: { stamp: { sec: 1_700_000_000, nanosec: 250_000_000 }, frame_id: "map" },
  point: point(1.5),
};

function point(x: number): object {
  return { x, y: 0, z: 0 };
}

testWithPeers("ros", "the page with roslib publishes, calls and subscribes", async () => {
  const requests: unknown[] = [];
  const motors = (args: unknown) => {
    requests.push(args);
    return { success: true, message: "on" };
  };
  await using bridge = new Rosbridge({ "/motors": motors });
  const code = await programOf("roslibjs.md", "js", "callService");
  await using program = await OldProgram.start("ros", code, bridge.port);
  await bridge.connected();
  assertEquals((await bridge.next("publish", "/speed_limit")).msg, { data: 0.5 });
  await bridge.next("subscribe", "/position");
  const first = await program.line();
  await bridge.publish("/position", POSITION);
  assertEquals([first, await program.line()], LINES);
  assertEquals(requests, [{ data: true }]);
});

/** The definition that foxglove_bridge sends for geometry_msgs/msg/PointStamped. */
const POINT_STAMPED = `std_msgs/Header header
geometry_msgs/Point point
================================================================================
MSG: std_msgs/Header
builtin_interfaces/Time stamp
string frame_id
================================================================================
MSG: geometry_msgs/Point
float64 x
float64 y
float64 z
`;

Deno.test("the port of the page does the same with a server that sends CDR, as foxglove_bridge does", async () => {
  const definition = (text: string) => parse(text, { ros2: true });
  const write = (text: string, value: unknown) => new MessageWriter(definition(text)).writeMessage(value);
  const read = (text: string, bytes: Uint8Array) => ({
    ...new MessageReader(definition(text)).readMessage<object>(bytes),
  });
  const limits = new Queue<unknown>("a speed limit");
  const requests: unknown[] = [];
  const half = (schemaName: string, schema: string) => ({
    encoding: "cdr",
    schemaName,
    schemaEncoding: "ros2msg",
    schema,
  });
  await using server = new FoxgloveServer({
    name: "foxglove_bridge",
    port: 0,
    capabilities: ["clientPublish", "services"],
    supportedEncodings: ["cdr"],
    listener: {
      onClientMessage: (_server, _channelId, payload, { channel }) =>
        limits.push([channel.topic, channel.encoding, channel.schemaName, read("float64 data", payload)]),
      onServiceRequest: (_server, _serviceId, _callId, encoding, payload) => {
        requests.push([encoding, read("bool data", payload)]);
        return write("bool success\nstring message", { success: true, message: "on" });
      },
    },
  });
  server.addService({
    name: "/motors",
    type: "std_srvs/srv/SetBool",
    request: half("std_srvs/srv/SetBool_Request", "bool data"),
    response: half("std_srvs/srv/SetBool_Response", "bool success\nstring message"),
  });
  const position = server.addChannel({
    topic: "/position",
    ...half("geometry_msgs/msg/PointStamped", POINT_STAMPED),
    latch: true,
  });
  server.sendMessage(position, 5n, write(POINT_STAMPED, POSITION));
  const { port } = await server.start() as { port: number };

  const code = await programOf("roslibjs.md", "ts", "MessageReader");
  await using running = await DocProgram.start(withPort(code, port));
  assertEquals([await running.program.line(), await running.program.line()], LINES);
  assertEquals(await limits.next(), ["/speed_limit", "cdr", "std_msgs/msg/Float64", { data: 0.5 }]);
  assertEquals(requests, [["cdr", { data: true }]]);
});

Deno.test("in CDR, 64-bit integers are bigints, bytes are a Uint8Array, and missing members are zero", () => {
  const definitions = parse("int64 count\nuint8[] bytes\nfloat64 x\nstring text", { ros2: true });
  const payload = new MessageWriter(definitions).writeMessage({ count: 2n ** 60n, bytes: Uint8Array.of(1, 2) });
  const message = new MessageReader(definitions).readMessage<object>(payload);
  assertEquals({ ...message }, { count: 2n ** 60n, bytes: Uint8Array.of(1, 2), x: 0, text: "" });
});
