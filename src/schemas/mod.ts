/**
 * Helpers for Foxglove's messages: rotations, point clouds, images and log lines.
 *
 * The helpers return values of the schemas `foxglove.*`, with the field names that the schemas have. They use only
 * the web platform.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { quaternionFromEuler } from "@x/foxglove-ws/schemas";
 *
 * const orientation = quaternionFromEuler({ yaw: Math.PI / 2 });
 * assertEquals(orientation.w.toFixed(4), "0.7071");
 * ```
 *
 * @module
 */

export * from "./helpers/mod.ts";
