// The room: boxes that stop the robot and the rays of its sensors. Lengths in m; x points to the right, y up the map.

/** A box on the floor. Its sides are parallel to the axes. */
export interface Box {
  /** The centre. */
  x: number;
  y: number;
  /** The size along x. */
  width: number;
  /** The size along y. */
  depth: number;
  /** Red, green and blue, from 0 to 1. */
  color: readonly [number, number, number];
}

/** The size of the floor. */
export const FLOOR: { width: number; depth: number } = { width: 14, depth: 10 };
/** The height of all boxes. */
export const BOX_HEIGHT = 1.2;

const GREY = [0.62, 0.66, 0.72] as const;

/** Walls, and furniture that leaves the middle of the room free. */
export const BOXES: readonly Box[] = [
  { x: 0, y: 5.1, width: 14.4, depth: 0.2, color: GREY },
  { x: 0, y: -5.1, width: 14.4, depth: 0.2, color: GREY },
  { x: 7.1, y: 0, width: 0.2, depth: 10, color: GREY },
  { x: -7.1, y: 0, width: 0.2, depth: 10, color: GREY },
  { x: -3, y: 4.4, width: 2, depth: 1.2, color: [0.85, 0.35, 0.3] },
  { x: 3.5, y: 4.3, width: 1.4, depth: 1.4, color: [0.95, 0.75, 0.3] },
  { x: 6.3, y: 2.6, width: 1.4, depth: 1.2, color: [0.35, 0.7, 0.45] },
  { x: 5.5, y: -4.2, width: 1, depth: 1.6, color: [0.6, 0.45, 0.8] },
  { x: 0.5, y: -4.4, width: 3, depth: 1.2, color: [0.3, 0.55, 0.85] },
  { x: -6.4, y: -4.4, width: 1.2, depth: 1.2, color: [0.9, 0.55, 0.25] },
];

/** Where a ray ends. */
export interface Hit {
  distance: number;
  box: Box;
  /** Whether the ray hits a side that faces along x. */
  facesX: boolean;
}

/** Returns where a ray from a free position ends. The angle is in rad, counterclockwise from the x axis. */
export function castRay(x: number, y: number, angle: number): Hit {
  const hit: Hit = { distance: Infinity, box: BOXES[0]!, facesX: false };
  for (const box of BOXES) {
    const [nearX, farX] = crossings(box.x - x, box.width / 2, Math.cos(angle));
    const [nearY, farY] = crossings(box.y - y, box.depth / 2, Math.sin(angle));
    const near = Math.max(nearX, nearY);
    if (near < 0 || near > Math.min(farX, farY) || near >= hit.distance) continue;
    Object.assign(hit, { distance: near, box, facesX: nearX > nearY });
  }
  return hit;
}

/** Returns the distances at which a ray enters and leaves the range `centre ± half` of one axis. */
function crossings(centre: number, half: number, direction: number): [near: number, far: number] {
  const [one, other] = [(centre - half) / direction, (centre + half) / direction];
  return one < other ? [one, other] : [other, one];
}

/** Returns whether a round robot with this radius touches no box. */
export function isFree(x: number, y: number, radius: number): boolean {
  return BOXES.every((box) =>
    Math.abs(x - box.x) > box.width / 2 + radius || Math.abs(y - box.y) > box.depth / 2 + radius
  );
}

/** Returns the grey value of the floor, from 0 to 1: a chessboard with squares of 1 m. */
export function floorShade(x: number, y: number): number {
  return (Math.floor(x) + Math.floor(y)) % 2 === 0 ? 0.3 : 0.38;
}
