// The demo robot as a separate program: its messages, parameters, services and commands, and its layout.

import { assertEquals } from "@std/assert/equals";
import { json } from "../../mod.ts";
import layout from "../../examples/layouts/robot.json" with { type: "json" };
import { FoxgloveClient } from "../../src/client/mod.ts";
import {
  CameraCalibration,
  CompressedImage,
  eulerFromQuaternion,
  FrameTransforms,
  Grid,
  LaserScan,
  LocationFix,
  Log,
  PosesInFrame,
  SceneUpdate,
} from "../../src/schemas/mod.ts";
import { startExample } from "../support/example.ts";
import { assertChannels, assertLayout } from "../support/gallery.ts";

type Velocity = { speed: number; turnRate: number };
type Answer = { success: boolean; message: string };
const VELOCITY = json<Velocity>();
const TOPICS = [
  "/battery",
  "/camera/calibration",
  "/camera/image",
  "/floor",
  "/gps",
  "/log",
  "/robot",
  "/room",
  "/scan",
  "/tf",
  "/trail",
  "/velocity",
];
const SERVICES = ["/robot/dock", "/robot/reset"];

/** Runs the demo, and calls `test` with a client of it. */
function demoTest(name: string, test: (client: FoxgloveClient) => Promise<void>): void {
  Deno.test(`robot/main.ts ${name}`, async () => {
    await using example = await startExample("robot/main.ts");
    await using client = await FoxgloveClient.connect(example.url, { reconnect: false });
    await test(client);
  });
}

async function take<T>(values: AsyncIterable<{ value: T }>, count: number): Promise<T[]> {
  const taken: T[] = [];
  for await (const { value } of values) if (taken.push(value) === count) break;
  return taken;
}

/** Waits for the first value that fits. */
async function find<T>(values: AsyncIterable<{ value: T }>, fits: (value: T) => boolean): Promise<T> {
  for await (const { value } of values) if (fits(value)) return value;
  throw new Error("The connection was closed");
}

demoTest("advertises channels and services that apps accept, and has all that its layout shows", async (client) => {
  for (const name of SERVICES) await client.waitForService(name);
  assertEquals([...client.services.values()].map(({ name }) => name).sort(), SERVICES);
  await assertChannels(client, TOPICS);
  await assertLayout("robot", client, ["/cmd_vel"]);
  assertEquals(JSON.parse(layout.configById["CallService!robot"].requestPayload), { percent: 100 });
});

demoTest("moves its base, and leaves a trail", async (client) => {
  const [first, ...later] = await take(client.subscribe("/tf", FrameTransforms), 30);
  const frames = first!.transforms.map((each) => [each.parent_frame_id, each.child_frame_id]);
  assertEquals(frames, [["map", "base_link"], ["base_link", "lidar"], ["base_link", "camera"]]);
  const [before, after] = [first!, later.at(-1)!].map(({ transforms }) => transforms[0]!);
  const { x, y } = after!.translation;
  assertEquals(Math.hypot(x - before!.translation.x, y - before!.translation.y) > 0.1, true);

  // The trail ends at the robot, which has moved since then.
  const trail = await find(client.subscribe("/trail", PosesInFrame), ({ poses }) => poses.length > 10);
  const end = trail.poses.at(-1)!;
  assertEquals([trail.frame_id, Math.hypot(end.position.x - x, end.position.y - y) < 3], ["map", true]);
});

demoTest("looks ahead with its camera", async (client) => {
  const [{ transforms } = { transforms: [] }] = await take(client.subscribe("/tf", FrameTransforms), 1);
  const { roll, pitch, yaw } = eulerFromQuaternion(transforms[2]!.rotation);
  assertEquals([roll, pitch, yaw].map((angle) => angle.toFixed(4)), ["-1.5708", "0.0000", "-1.5708"]);
  const [image] = await take(client.subscribe("/camera/image", CompressedImage), 1);
  const [calibration] = await take(client.subscribe("/camera/calibration", CameraCalibration), 1);
  const view = new DataView(image!.data.buffer, image!.data.byteOffset);
  // The header of a PNG file.
  assertEquals([image!.format, view.getUint32(0), view.getUint32(16), view.getUint32(20)], [
    "png",
    0x8950_4e47,
    320,
    240,
  ]);
  const { frame_id, width, height, K } = calibration!;
  assertEquals([frame_id, width, height, K[2], K[5]], [image!.frame_id, 320, 240, 160, 120]);
  assertEquals(frame_id, transforms[2]!.child_frame_id);
});

demoTest("scans the room as far as /lidar/range", async (client) => {
  const scans = client.subscribe("/scan", LaserScan);
  await client.setParameters([{ name: "/lidar/range", value: 20 }]);
  const full = await find(scans, ({ ranges }) => ranges.every(Number.isFinite));
  assertEquals([full.frame_id, full.ranges.length, full.intensities.length], ["lidar", 360, 360]);
  assertEquals(Math.max(...full.ranges) > 4, true);
  await client.setParameters([{ name: "/lidar/range", value: 4 }]);
  const short = await find(client.subscribe("/scan", LaserScan), ({ ranges }) => ranges.includes(Infinity));
  assertEquals(short.ranges.every((range) => range <= 4 || range === Infinity), true);
});

demoTest("sends the room once, with a floor of 14 x 10 m", async (client) => {
  const [room] = await take(client.subscribe("/room", SceneUpdate), 1);
  assertEquals([room!.entities[0]!.frame_id, room!.entities[0]!.cubes.length], ["map", 11]);
  const [floor] = await take(client.subscribe("/floor", Grid), 1);
  assertEquals([floor!.column_count, floor!.data.length], [14, 14 * 10 * 4]);
});

demoTest("shows its body with four wheels that turn", async (client) => {
  const [before, after] = await take(client.subscribe("/robot", SceneUpdate), 2);
  const wheels = [before!, after!].map(({ entities }) => entities[0]!.cubes.slice(2));
  assertEquals(wheels.map(({ length }) => length), [4, 4]);
  const [one, other] = wheels.map(([wheel]) => wheel!.pose.orientation);
  assertEquals(one!.y !== other!.y, true);
});

demoTest("measures its position on Earth and its battery", async (client) => {
  const [fix] = await take(client.subscribe("/gps", LocationFix), 1);
  // 0.0001° are about 11 m.
  assertEquals([Math.abs(fix!.latitude - 52.4735) < 1e-4, Math.abs(fix!.longitude - 13.4015) < 2e-4], [true, true]);
  const [battery] = await take(client.subscribe("/battery").json<Record<string, number>>(), 1);
  const { volts, amperes, percent, ...others } = battery!;
  assertEquals([volts! > 11 && volts! < 13, amperes! < 0, percent! > 75 && percent! <= 80, others], [
    true,
    true,
    true,
    {},
  ]);
});

demoTest("drives faster after a change of /robot/speed, and logs it", async (client) => {
  await client.setParameters([{ name: "/robot/speed", value: 2 }]);
  const { speed } = await find(client.subscribe("/velocity", VELOCITY), ({ speed }) => speed > 1.9);
  assertEquals(speed <= 2.0001, true);
  // A client that connects later gets earlier lines, too.
  const line = await find(client.subscribe("/log", Log), ({ message }) => message.includes("/robot/speed"));
  assertEquals([line.message, line.name], ["/robot/speed is 2 now", "robot"]);
});

demoTest("turns tighter after a change of /robot/turn_radius", async (client) => {
  const radiusOf = ({ speed, turnRate }: Velocity) => Math.abs(speed / turnRate);
  const wide = await find(client.subscribe("/velocity", VELOCITY), ({ speed }) => speed > 0.9);
  await client.setParameters([{ name: "/robot/turn_radius", value: 0.5 }]);
  const isTight = (velocity: Velocity) => velocity.speed > 0.9 && radiusOf(velocity) < 0.6;
  assertEquals(isTight(wide), false);
  await find(client.subscribe("/velocity", VELOCITY), isTight);
});

demoTest("obeys commands on /cmd_vel, and continues without them", async (client) => {
  const command = client.channel("/cmd_vel", json<unknown>({ name: "geometry_msgs/Twist" }));
  await find(client.subscribe("/velocity", VELOCITY), ({ speed }) => speed > 0.9);
  command.send({ linear: { x: -1, y: 0, z: 0 }, angular: { x: 0, y: 0, z: 0 } });
  await find(client.subscribe("/velocity", VELOCITY), ({ speed }) => speed < -0.9);
  await find(client.subscribe("/velocity", VELOCITY), ({ speed }) => speed > 0.9);
});

demoTest("treats wrong commands as zero", async (client) => {
  const command = client.channel("/cmd_vel", json<unknown>({ name: "geometry_msgs/Twist" }));
  await find(client.subscribe("/velocity", VELOCITY), ({ speed }) => speed > 0.9);
  command.send({ linear: { x: "fast" }, angular: 3 });
  // Subscribed at once, because the robot drives on after 2 s.
  const [{ speed, turnRate }] = await Promise.all([
    find(client.subscribe("/velocity", VELOCITY), ({ speed }) => speed === 0),
    find(
      client.subscribe("/robot", SceneUpdate),
      ({ entities: [body] }) => textOf(body).startsWith("teleoperated"),
    ),
  ]);
  assertEquals([speed, Number.isFinite(turnRate)], [0, true]);
});

demoTest("stops in the mode stop, and /robot/dock continues", async (client) => {
  await client.setParameters([{ name: "/robot/mode", value: "stop" }]);
  await find(client.subscribe("/robot", SceneUpdate), ({ entities: [body] }) => textOf(body).startsWith("stopped"));
  const dock = client.service<{ percent?: unknown }, Answer>("/robot/dock");
  const answer = await dock.call({ percent: 90 });
  assertEquals([answer.success, answer.message.endsWith("charges up to 90 %")], [true, true]);
  const [mode] = await client.getParameters(["/robot/mode"]);
  assertEquals(mode?.value, "auto");
  await find(client.subscribe("/robot", SceneUpdate), ({ entities: [body] }) => textOf(body).startsWith("docking"));
});

demoTest("answers /robot/reset, and explains a wrong request of /robot/dock", async (client) => {
  const moved = ({ transforms: [base] }: FrameTransforms) => Math.hypot(base!.translation.x, base!.translation.y) > 1;
  await find(client.subscribe("/tf", FrameTransforms), moved);
  const reset = await client.service<object, Answer>("/robot/reset").call({});
  assertEquals(reset, { success: true, message: "The robot is at its start" });
  await find(client.subscribe("/tf", FrameTransforms), (value) => !moved(value));
  const wrong = await client.service<object, Answer>("/robot/dock").call({ percent: "full" });
  assertEquals(wrong, { success: false, message: '"percent" must be a number from 1 to 100, not "full"' });
});

/** Returns the label of the robot, which begins with its status. */
function textOf(entity: SceneUpdate["entities"][number] | undefined): string {
  return entity?.texts[0]?.text ?? "";
}
