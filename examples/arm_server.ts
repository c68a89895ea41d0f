// Shows a robot arm that moves: its URDF and mesh as assets, the angles of its joints, and the transforms of its links.
// Needs --allow-read=examples/assets besides --allow-net.

import { delay } from "@std/async/delay";
import { assetRoots, FoxgloveServer, json, runCancellable } from "../mod.ts";
import { FrameTransforms, JointStates, quaternionFromEuler } from "../src/schemas/mod.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";

const FOLDER = new URL("./assets/arm/", import.meta.url);
const STEPS_PER_SECOND = 30;

/**
 * The joints as in the URDF: they turn `child` about the z axis (yaw) or the y axis (pitch) of `parent`, at the height
 * `z` in m. Each swings by `swing` rad around `middle`, in `seconds`.
 */
const JOINTS = [
  { name: "turn", parent: "base", child: "turret", z: 0.1, axis: "yaw", middle: 0, swing: 1.2, seconds: 9 },
  {
    name: "shoulder",
    parent: "turret",
    child: "upper_arm",
    z: 0.08,
    axis: "pitch",
    middle: 0.4,
    swing: 0.5,
    seconds: 6,
  },
  { name: "elbow", parent: "upper_arm", child: "forearm", z: 0.4, axis: "pitch", middle: 1.1, swing: 0.6, seconds: 4 },
  { name: "wrist", parent: "forearm", child: "hand", z: 0.3, axis: "yaw", middle: 0, swing: 1.5, seconds: 5 },
];

if (import.meta.main) {
  const options = listenOptions("Shows a robot arm that moves.");
  await runCancellable(async (signal) => {
    await using server = new FoxgloveServer({
      ...options,
      name: "example arm server",
      capabilities: ["assets"],
      listener: { onFetchAsset: assetRoots({ "package://arm/": FOLDER }) }, // package://arm/arm.urdf and its mesh
    });
    // Apps that load robots from a topic expect the URDF as ROS's type for texts.
    const StringMessage = json({ name: "std_msgs/String", example: { data: "" } });
    const description = server.channel("/robot_description", StringMessage, { latch: true });
    description.send({ data: await Deno.readTextFile(new URL("arm.urdf", FOLDER)) });
    const jointStates = server.channel("/joint_states", JointStates);
    const transforms = server.channel("/tf", FrameTransforms);
    await startAndAnnounce(server, signal);
    for (let step = 0;; step++) {
      const joints = JOINTS.map(({ name, middle, swing, seconds }) => {
        const turn = 2 * Math.PI / seconds; // rad/s
        const phase = turn * step / STEPS_PER_SECOND;
        return { name, position: middle + swing * Math.sin(phase), velocity: swing * turn * Math.cos(phase) };
      });
      jointStates.send({ joints });
      // Lichtblick moves a robot only by transforms: one for each joint, of its child in its parent.
      transforms.send({
        transforms: JOINTS.map(({ parent, child, z, axis }, index) => ({
          parent_frame_id: parent,
          child_frame_id: child,
          translation: { z },
          rotation: quaternionFromEuler({ [axis]: joints[index]!.position }),
        })),
      });
      await delay(1000 / STEPS_PER_SECOND, { signal });
    }
  });
}
