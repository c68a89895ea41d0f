// frameNamesOf(): the coordinate frames that a message names.

import { membersOf } from "../members_of.ts";

/** A transform from a frame to its parent. */
export interface FrameLink {
  readonly parent: string;
  readonly child: string;
}

/** The frames of a message. */
export interface FrameNames {
  /** The transforms that it contains. */
  readonly links: readonly FrameLink[];
  /** The frames of its data. */
  readonly data: readonly string[];
}

type Members = ReturnType<typeof membersOf>;

/** Messages of these schemas contain transforms. `msg/` is removed from the names of ROS 2. */
const TRANSFORMS: ReadonlySet<string> = new Set([
  "foxglove.FrameTransform",
  "foxglove.FrameTransforms",
  "foxglove_msgs/FrameTransform",
  "foxglove_msgs/FrameTransforms",
  "geometry_msgs/TransformStamped",
  "tf/tfMessage",
  "tf2_msgs/TFMessage",
]);

/** The 3D panel places messages of these schemas by their frame. Images and maps do not need one. */
const PLACED: ReadonlySet<string> = new Set([
  ...[
    "CompressedPointCloud",
    "Grid",
    "LaserScan",
    "Odometry",
    "Point3InFrame",
    "PointCloud",
    "PoseInFrame",
    "PosesInFrame",
    "SceneUpdate",
    "VoxelGrid",
  ].flatMap((name) => [`foxglove.${name}`, `foxglove_msgs/${name}`]),
  "geometry_msgs/PointStamped",
  "geometry_msgs/PolygonStamped",
  "geometry_msgs/PoseArray",
  "geometry_msgs/PoseStamped",
  "geometry_msgs/PoseWithCovarianceStamped",
  "nav_msgs/OccupancyGrid",
  "nav_msgs/Odometry",
  "nav_msgs/Path",
  "sensor_msgs/LaserScan",
  "sensor_msgs/PointCloud2",
  "visualization_msgs/Marker",
  "visualization_msgs/MarkerArray",
]);

/** How messages of a schema name frames. */
export type FrameUse = "transforms" | "data";

/** Returns how messages of a schema name frames, or `undefined` if apps do not need the frame. */
export function frameUseOf(schemaName: string): FrameUse | undefined {
  const name = schemaName.replace("/msg/", "/");
  return TRANSFORMS.has(name) ? "transforms" : PLACED.has(name) ? "data" : undefined;
}

/** Returns the frames of a decoded message. An absent frame of data is empty. */
export function frameNamesOf(use: FrameUse, value: unknown): FrameNames {
  const message = membersOf(value);
  if (use === "transforms") {
    const items = "transforms" in message ? itemsOf(message.transforms) : [message];
    return { links: items.flatMap(linkOf), data: [] };
  }
  const parts = message.entities ?? message.markers;
  return { links: [], data: (parts === undefined ? [message] : itemsOf(parts)).map(dataFrameOf) };
}

function linkOf(transform: Members): FrameLink[] {
  const parent = transform.parent_frame_id ?? membersOf(transform.header).frame_id;
  const child = transform.child_frame_id;
  return typeof parent === "string" && typeof child === "string" ? [{ parent, child }] : [];
}

function dataFrameOf(part: Members): string {
  const frame = part.frame_id ?? membersOf(part.header).frame_id;
  return typeof frame === "string" ? frame : "";
}

function itemsOf(value: unknown): Members[] {
  return Array.isArray(value) ? value.map(membersOf) : [];
}
