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
