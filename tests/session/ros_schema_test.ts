// ROS schemas with missing definitions.

import { assertEquals } from "@std/assert/equals";
import { missingRosTypes } from "../../src/session/ros_schema.ts";

const LINE = "=".repeat(80);

const POSE_STAMPED = `# A pose with a frame.
std_msgs/Header header
geometry_msgs/Pose pose # not[a] Type
${LINE}
MSG: std_msgs/Header
uint32 seq
time stamp
string frame_id
${LINE}
MSG: geometry_msgs/Pose
Point position
Quaternion orientation
${LINE}
MSG: geometry_msgs/Point
float64 x
float64 y
float64 z
${LINE}
MSG: geometry_msgs/Quaternion
float64 x
float64 y
float64 z
float64 w
`;

Deno.test("missingRosTypes() returns nothing for a schema with all its sections", () => {
  assertEquals(missingRosTypes(POSE_STAMPED), []);
  assertEquals(missingRosTypes(""), []);
  assertEquals(missingRosTypes("float64 x\nstring<=10 name\nint32[3] list\nuint8[<=5] bytes\nwstring w\n"), []);
});

Deno.test("missingRosTypes() returns each type with a missing section once", () => {
  assertEquals(missingRosTypes("std_msgs/Header header\nPoint[] a\nPoint b\n"), ["std_msgs/Header", "Point"]);
  const cut = POSE_STAMPED.slice(0, POSE_STAMPED.lastIndexOf(LINE));
  assertEquals(missingRosTypes(cut), ["Quaternion"]);
});

Deno.test("missingRosTypes() accepts ROS 2 names", () => {
  const schema =
    `std_msgs/msg/Header header\nbuiltin_interfaces/Time at\nbuiltin_interfaces/msg/Duration length\n${LINE}
MSG: std_msgs/Header
builtin_interfaces/Time stamp
string frame_id
`;
  assertEquals(missingRosTypes(schema), []);
  assertEquals(missingRosTypes(schema.replace("MSG: std_msgs/Header", "MSG: std_msgs/msg/Header")), []);
});

Deno.test("missingRosTypes() ignores constants, comments and blank lines", () => {
  assertEquals(missingRosTypes("uint8 RED=1\nstring NAME = Some Text here\n\n  # Pose pose\nbool is_red\n"), []);
});

Deno.test("missingRosTypes() accepts Windows line endings", () => {
  assertEquals(missingRosTypes(POSE_STAMPED.replaceAll("\n", "\r\n")), []);
});

Deno.test("missingRosTypes() reads long text that is not a schema", () => {
  assertEquals(missingRosTypes("=".repeat(100_000)), []);
  assertEquals(missingRosTypes(`${"a/".repeat(50_000)} x`).length <= 1, true);
});
