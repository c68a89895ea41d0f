// arm_server.ts, its robot description and its layout.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertStringIncludes } from "@std/assert/string-includes";
import { FoxgloveClient, RequestError } from "../../src/client/mod.ts";
import { FrameTransforms, JointStates, quaternionFromEuler } from "../../src/schemas/mod.ts";
import { IMPORT_MAP } from "../support/import_map.ts";
import { startExample } from "../support/example.ts";
import { assertChannels, assertLayout } from "../support/gallery.ts";
import { Program } from "../support/program.ts";
import { PROJECT } from "../support/project_files.ts";

const TOPICS = ["/joint_states", "/robot_description", "/tf"];

/** A joint as the URDF describes it. Lengths in m, angles in rad. */
interface UrdfJoint {
  name: string;
  parent: string;
  child: string;
  z: number;
  axis: string;
  lower: number;
  upper: number;
}

function jointsOf(urdf: string): UrdfJoint[] {
  return urdf.split("<joint ").slice(1).map((text) => {
    const member = (pattern: RegExp) => pattern.exec(text)?.[1] ?? "";
    return {
      name: member(/name="(\w+)"/),
      parent: member(/parent link="(\w+)"/),
      child: member(/child link="(\w+)"/),
      z: Number(member(/origin xyz="0 0 ([\d.]+)" rpy="0 0 0"/)),
      axis: member(/axis xyz="([\d ]+)"/),
      lower: Number(member(/lower="([-\d.]+)"/)),
      upper: Number(member(/upper="([-\d.]+)"/)),
    };
  });
}

Deno.test("arm_server.ts serves the arm, and moves its joints as the URDF describes them", async () => {
  await using example = await startExample("arm_server.ts");
  await using client = await FoxgloveClient.connect(example.url);
  await assertChannels(client, TOPICS);
  await assertLayout("arm", client);

  const urdf = new TextDecoder().decode(await client.fetchAsset("package://arm/arm.urdf"));
  for await (const { value } of client.subscribe("/robot_description").json<{ data: string }>()) {
    assertEquals(value, { data: urdf });
    break;
  }
  const meshes = [...urdf.matchAll(/mesh filename="([^"]+)"/g)].map(([, uri]) => uri!);
  assertEquals(meshes, ["package://arm/pedestal.stl"]);
  assertStringIncludes(new TextDecoder().decode(await client.fetchAsset(meshes[0]!)), "solid pedestal\nfacet normal ");
  await assertRejects(() => client.fetchAsset("package://arm/none.stl"), RequestError, "no such asset");

  const joints = jointsOf(urdf);
  const links = new Set([...urdf.matchAll(/<link name="(\w+)"/g)].map(([, name]) => name));
  assertEquals(new Set(joints.flatMap(({ parent, child }) => [parent, child])), links);
  const states = client.subscribe("/joint_states", JointStates);
  const transforms = client.subscribe("/tf", FrameTransforms);
  const angles = new Set<string>();
  for await (const { value: { joints: current }, timestamp } of states) {
    assertEquals(current.map(({ name }) => name), joints.map(({ name }) => name));
    for (const [index, { lower, upper }] of joints.entries()) {
      const { position = NaN } = current[index]!;
      assertEquals(position >= lower && position <= upper, true, `${joints[index]!.name} is at ${position}`);
    }
    angles.add(current.map(({ position }) => position).join());
    if (angles.size === 3) break;
    assertEquals(timestamp > 0n, true);
  }

  for await (const { value } of transforms) {
    assertEquals(
      value.transforms.map((each) => [each.parent_frame_id, each.child_frame_id, each.translation]),
      joints.map(({ parent, child, z }) => [parent, child, { x: 0, y: 0, z }]),
    );
    for (const [index, { rotation: { x, y, z, w } }] of value.transforms.entries()) {
      const angle = 2 * Math.atan2(y + z, w);
      const expected = quaternionFromEuler({ [joints[index]!.axis === "0 0 1" ? "yaw" : "pitch"]: angle });
      for (const [name, part] of Object.entries({ x, y, z, w })) {
        assertEquals(part.toFixed(9), expected[name as keyof typeof expected].toFixed(9));
      }
    }
    break;
  }
});

Deno.test("arm_server.ts needs --allow-read only for its assets", async () => {
  const flags = ["--allow-net", "--allow-read=examples/assets"];
  const file = new URL("examples/arm_server.ts", PROJECT).href;
  await using program = new Program(...flags, ...IMPORT_MAP, file, "--port", "0");
  const url = (await program.line()).replace("Listening on ", "");
  await using client = await FoxgloveClient.connect(url);
  const { length } = await client.fetchAsset("package://arm/pedestal.stl");
  assertEquals(length > 1000, true);
});

Deno.test("the layout of arm_server.ts loads its robot as an asset", async () => {
  const text = await Deno.readTextFile(new URL("examples/layouts/arm.json", PROJECT));
  assertStringIncludes(text, '"url": "package://arm/arm.urdf"');
});
