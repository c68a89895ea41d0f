// The messages that the helpers make, as their schemas describe them.

/** A point or a direction. */
export interface Vector3Init {
  /** Along the x axis. */
  x?: number;
  /** Along the y axis. */
  y?: number;
  /** Along the z axis. */
  z?: number;
}

/** A rotation in space, as a unit quaternion. */
export interface Quaternion {
  /** The x component of the axis, times the sine of half the angle. */
  x: number;
  /** The y component of the axis, times the sine of half the angle. */
  y: number;
  /** The z component of the axis, times the sine of half the angle. */
  z: number;
  /** The cosine of half the angle: 1 without a rotation. */
  w: number;
}

/** A {@linkcode Quaternion} to be sent. */
export type QuaternionInit = Partial<Quaternion>;

/** A position and an orientation. */
export interface PoseInit {
  /** The position, in metres. */
  position?: Vector3Init;
  /** The orientation. */
  orientation?: QuaternionInit;
}

/**
 * The type of a packed number, little-endian. In this order: unknown, uint8, int8, uint16, int16, uint32, int32,
 * float32 and float64.
 */
export type NumericType = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** One number in each element of packed data. */
export interface PackedElementFieldInit {
  /** The name, such as `x` or `intensity`. */
  name?: string;
  /** The position of the number in the element, in bytes. */
  offset?: number;
  /** The type of the number. */
  type?: NumericType;
}

/** `foxglove.PointCloud`: points in space with any further numbers for each point. */
export interface PointCloudInit {
  /** The time of the measurement, in ns since the Unix epoch. */
  timestamp?: bigint;
  /** The coordinate frame of `pose`. */
  frame_id?: string;
  /** The origin of the points in the frame. */
  pose?: PoseInit;
  /** The distance between two points in `data`, in bytes. */
  point_stride?: number;
  /** The numbers of each point. */
  fields?: PackedElementFieldInit[];
  /** The points, one after another. */
  data?: Uint8Array;
}

/** `foxglove.RawImage`: an image that is not compressed. */
export interface RawImageInit {
  /** The time of the exposure, in ns since the Unix epoch. */
  timestamp?: bigint;
  /** The frame of the camera: origin in the optical centre, x to the right, y down, z into the image. */
  frame_id?: string;
  /** The width in pixels. */
  width?: number;
  /** The height in pixels. */
  height?: number;
  /** The format of the pixels, such as `rgb8`. */
  encoding?: string;
  /** The distance between two rows in `data`, in bytes. */
  step?: number;
  /** The pixels, row by row, from the top. */
  data?: Uint8Array;
}

/** The severity of a log line: 0 unknown, 1 debug, 2 info, 3 warning, 4 error, 5 fatal. */
export type LogLevel = 0 | 1 | 2 | 3 | 4 | 5;

/** `foxglove.Log`: one line of a log. */
export interface LogInit {
  /** The time of the line, in ns since the Unix epoch. */
  timestamp?: bigint;
  /** The severity. */
  level?: LogLevel;
  /** The text. */
  message?: string;
  /** The process or the node that wrote the line. */
  name?: string;
  /** The source file. */
  file?: string;
  /** The line in the source file. */
  line?: number;
}
