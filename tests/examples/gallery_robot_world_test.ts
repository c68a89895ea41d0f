// The simulation of the demo robot: it is pure, so these tests run it without a server.

import { assertEquals } from "@std/assert/equals";
import { distance } from "../../examples/robot/autopilot.ts";
import { BOXES, castRay, isFree } from "../../examples/robot/room.ts";
import { type Controls, DOCK, type Robot, START, step, STEP_S } from "../../examples/robot/world.ts";

const AUTO: Controls = { mode: "auto", speed: 1, turnRadius: 1.5, teleop: undefined };

/** Returns the states after each step. */
function drive(seconds: number, controls: Controls = AUTO, start: Robot = START): Robot[] {
  const states: Robot[] = [];
  let robot = start;
  for (let count = 0; count < seconds / STEP_S; count++) states.push(robot = step(robot, controls));
  return states;
}

function maxOf(states: readonly Robot[], value: (robot: Robot) => number): number {
  return Math.max(...states.map(value));
}

Deno.test("castRay() returns the distance to the nearest box", () => {
  const right = castRay(0, 0, 0);
  assertEquals([right.distance, right.facesX, right.box], [7, true, BOXES[2]]);
  const up = castRay(0, 0, Math.PI / 2);
  assertEquals([up.distance.toFixed(6), up.facesX], ["5.000000", false]);
  // The red box stands in front of the upper wall.
  assertEquals(castRay(-3, 0, Math.PI / 2).distance.toFixed(6), "3.800000");
});

Deno.test("isFree() keeps the radius of the robot away from boxes", () => {
  assertEquals([isFree(0, 0, 0.3), isFree(6.6, 0, 0.3), isFree(6.8, 0, 0.3), isFree(-3, 4.4, 0)], [
    true,
    true,
    false,
    false,
  ]);
});

Deno.test("step() does not change its arguments, and returns the same drive for the same commands", () => {
  const frozen = drive(5, Object.freeze({ ...AUTO }), Object.freeze({ ...START }));
  assertEquals(frozen, drive(5));
});

Deno.test("step() drives laps that stay free of boxes, at the speed of the controls", () => {
  for (const [speed, turnRadius] of [[1, 1.5], [3, 0.5], [3, 2.5], [0.2, 2.5]] as const) {
    const states = drive(60, { ...AUTO, speed, turnRadius });
    assertEquals(new Set(states.map(({ status }) => status)), new Set(["driving"]));
    assertEquals(states.every(({ x, y }) => isFree(x, y, 0.3)), true);
    const top = maxOf(states, (robot) => robot.speed);
    assertEquals(Math.abs(top - speed) < 1e-9, true, `${top}`);
  }
});

Deno.test("step() drives a figure eight whose size follows the turn radius", () => {
  const sizes = [1, 2].map((turnRadius) => {
    const states = drive(60, { ...AUTO, turnRadius });
    return [maxOf(states, ({ x }) => x), maxOf(states, ({ x }) => -x), maxOf(states, ({ y }) => y)];
  });
  // Both halves are 2 radii wide and 1 radius high. The robot cuts corners a bit.
  const errors = sizes.map(([right, left, top], index) => {
    const radius = index + 1;
    return Math.max(Math.abs(right! - 2 * radius), Math.abs(left! - 2 * radius), Math.abs(top! - radius));
  });
  assertEquals(errors.every((error) => error < 0.15), true, errors.join());
});

Deno.test("step() moves smoothly", () => {
  const states = drive(60, { ...AUTO, speed: 3 });
  const jumps = states.slice(1).map((robot, index) => distance(robot, states[index]!));
  assertEquals(Math.max(...jumps) <= 3 * STEP_S + 1e-9, true);
});

Deno.test("step() stands still in the modes stop and manual", () => {
  const moving = drive(2).at(-1)!;
  for (const mode of ["stop", "manual"] as const) {
    const { speed, turnRate, status } = drive(2, { ...AUTO, mode }, moving).at(-1)!;
    assertEquals([speed, turnRate, status], [0, 0, "stopped"]);
  }
});

Deno.test("step() obeys a user's command, except in the mode stop", () => {
  const teleop = { speed: -0.5, turnRate: 1 };
  for (const mode of ["auto", "manual"] as const) {
    const { speed, turnRate, status } = drive(1, { ...AUTO, mode, teleop }).at(-1)!;
    assertEquals([speed.toFixed(6), turnRate.toFixed(6), status], ["-0.500000", "1.000000", "teleoperated"]);
  }
  const { x, y, status } = drive(1, { ...AUTO, mode: "stop", teleop }).at(-1)!;
  assertEquals([x, y, status], [0, 0, "stopped"]);
});

Deno.test("step() stops at a wall, and returns to the track afterwards", () => {
  const atWall = drive(20, { ...AUTO, teleop: { speed: 1, turnRate: 0 } }).at(-1)!;
  assertEquals([atWall.status, isFree(atWall.x, atWall.y, 0.3)], ["blocked", true]);
  const { x, y, status } = drive(20, AUTO, atWall).at(-1)!;
  assertEquals([status, Math.abs(x) < 3.2, Math.abs(y) < 1.7], ["driving", true, true]);
});

Deno.test("step() reaches the dock from every free place", () => {
  for (let x = -6.5; x < 7; x += 1.5) {
    for (let y = -4.5; y < 5; y += 1) {
      if (!isFree(x, y, 0.3)) continue;
      const robot = { ...START, x, y, chargeTo: 100, percent: 50 };
      const end = drive(30, AUTO, robot).find(({ status }) => status === "charging");
      assertEquals(end && distance(end, DOCK) < 0.2, true, `${x}, ${y}`);
    }
  }
});

Deno.test("step() charges an empty battery at the dock, and continues", () => {
  const states = drive(90, AUTO, { ...START, percent: 16 });
  const changes = states.map(({ status }) => status).filter((status, index, all) => status !== all[index - 1]);
  assertEquals(changes, ["driving", "docking", "charging", "driving"]);
  assertEquals([maxOf(states, ({ percent }) => percent), states.at(-1)!.chargeTo], [100, undefined]);
});
