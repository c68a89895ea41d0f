/**
 * Foxglove's 50 messages, which apps draw as 3D scenes, images, maps, logs and more, and helpers for them: rotations,
 * point clouds, images and log lines.
 *
 * A message such as {@linkcode SceneUpdate} is a type, and the codec that a channel of the server or a subscription of
 * the client takes. It is protobuf; its member `json` is the same message as JSON. All fields are optional. This module
 * uses only the web platform: it works in Deno, browsers, Node and Bun.
 *
 * @example
 * ```ts
 * import { FoxgloveServer } from "@x/foxglove-ws";
 * import { packPoints, PointCloud, quaternionFromEuler } from "@x/foxglove-ws/schemas";
 *
 * await using server = new FoxgloveServer({ name: "my robot", port: 0 });
 * await server.start();
 * const lidar = server.channel("/lidar", PointCloud);
 * lidar.send(packPoints({
 *   frame_id: "lidar",
 *   pose: { position: { x: 0, y: 0, z: 1.2 }, orientation: quaternionFromEuler({ pitch: Math.PI / 8 }) },
 *   x: [1, 2],
 *   y: [0, 0.5],
 *   z: [0.2, 0.3],
 * }));
 * ```
 *
 * @module
 */

export * from "./helpers/mod.ts";
export * from "./messages.ts";
