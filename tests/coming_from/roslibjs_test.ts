// The programs of docs/coming_from/roslibjs.md: a robot and a page without ROS, and the page of a robot with ROS.

import { assertEquals } from "@std/assert/equals";
import { parse } from "npm:@foxglove/rosmsg@^5";
import { MessageReader, MessageWriter } from "npm:@foxglove/rosmsg2-serialization@^3";
import { FoxgloveServer, json } from "../../mod.ts";
import { DocProgram } from "../support/doc_blocks.ts";
import { Queue } from "../support/events.ts";
import { observeRobot } from "./observe_robot.ts";
import { OldProgram, programOf, testWithPeers, withPort } from "./old_program.ts";
import { testOnRuntimes } from "./our_program.ts";
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

testOnRuntimes("roslibjs.md", "setInterval", "the port of the robot from roslib behaves the same", async (start) => {
  await using running = await start();
  const xOf = (value: unknown) => (value as { x: number }).x;
  const { steps, stepsFromTarget, reset, channel } = await observeRobot(await running.url(), { xOf, hasService: true });
  assertEquals({ steps, stepsFromTarget, reset }, ROBOT);
  assertEquals([channel.topic, channel.schemaName], ["/pose", "Point"]);
});

testOnRuntimes(
  "roslibjs.md",
  "retryInitialConnect: true, //",
  "the page without ROS subscribes, publishes and calls",
  async (start) => {
    const received = new Queue<unknown>("a target");
    await using server = new FoxgloveServer({ name: "my robot", port: 0 });
    server.onPublish("/target", json(), (target) => received.push(target));
    server.service("/reset", (request: object) => ({ success: Object.keys(request).length === 0 }));
    server.channel("/pose", json<object>(), { latch: true }).send(point(1.5));
    const { port } = await server.start() as { port: number };
    await using running = await start((code) => withPort(code, port));
    const lines = [await running.program.line(), await running.program.line()];
    assertEquals([lines.toSorted(), await received.next()], [["1.5", "true"], point(500)]);
  },
);

/** What the page prints for the answer of the service, and for a position. */
const LINES = ["true on", "1700000000 250000000 1.5"];
const TWIST = { linear: { x: 0.5, y: 0, z: 0 }, angular: { x: 0, y: 0, z: 0.1 } };
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
  assertEquals((await bridge.next("publish", "/cmd_vel")).msg, TWIST);
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
  const velocities = new Queue<unknown>("a velocity");
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
    supportedEncodings: ["cdr", "json"],
    listener: {
      onClientMessage: (_server, _channelId, payload, { channel }) =>
        velocities.push([
          channel.topic,
          channel.encoding,
          channel.schemaName,
          JSON.parse(new TextDecoder().decode(payload)),
        ]),
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

  const code = await programOf("roslibjs.md", "ts", "new MessageReader<T>");
  await using running = await DocProgram.start(withPort(code, port));
  assertEquals([await running.program.line(), await running.program.line()], LINES);
  assertEquals(await velocities.next(), ["/cmd_vel", "json", "geometry_msgs/msg/Twist", TWIST]);
  assertEquals(requests, [["cdr", { data: true }]]);
});

Deno.test("in CDR, 64-bit integers are bigints, bytes are a Uint8Array, and missing members are zero", () => {
  const definitions = parse("int64 count\nuint8[] bytes\nfloat64 x\nstring text", { ros2: true });
  const payload = new MessageWriter(definitions).writeMessage({ count: 2n ** 60n, bytes: Uint8Array.of(1, 2) });
  const message = new MessageReader(definitions).readMessage<object>(payload);
  assertEquals({ ...message }, { count: 2n ** 60n, bytes: Uint8Array.of(1, 2), x: 0, text: "" });
});
