// The public names of the helpers for Foxglove's messages.

export { encodePng, type EncodePngOptions } from "./encode_png.ts";
export { type LogChannel, logTo, type LogToOptions } from "./log_to.ts";
export type { Logger } from "../../logger.ts";
export { packPoints, type PackPointsOptions } from "./pack_points.ts";
export { type EulerAngles, eulerFromQuaternion, quaternionFromEuler } from "./quaternion.ts";
export type { ByteSource } from "../../protocol/bytes.ts";
export { rawImage, type RawImageEncoding, type RawImageOptions } from "./raw_image.ts";
