/**
 * Helpers for Foxglove's messages: rotations, point clouds, images and log lines.
 *
 * The helpers return values of the schemas `foxglove.*`, with the field names that the schemas have. They use only
 * the web platform.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { packPoints, quaternionFromEuler } from "@x/foxglove-ws/schemas";
 *
 * const cloud = packPoints({
 *   frame_id: "lidar",
 *   pose: { position: { x: 0, y: 0, z: 1.2 }, orientation: quaternionFromEuler({ pitch: Math.PI / 8 }) },
 *   x: [1, 2],
 *   y: [0, 0.5],
 *   z: [0.2, 0.3],
 * });
 * assertEquals(cloud.point_stride, 12);
 * ```
 *
 * @module
 */

export * from "./helpers/mod.ts";
export * from "./messages.ts";
