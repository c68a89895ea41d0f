// readImageMessage(): the image in a decoded message, of Foxglove or of ROS.

import type { Channel } from "../../client/mod.ts";
import { decodeBase64, isBase64 } from "../../protocol/base64.ts";
import { isObject } from "../../protocol/json_object.ts";
import { foxgloveNameOf } from "./message_types.ts";
import type { RawImage } from "./pixel_format.ts";

/** The data of larger messages is not read. */
const MAX_DATA_BYTES = 134_217_728;
const ROS_NAME = /^sensor_msgs\/(?:msg\/)?(Compressed)?Image$/;

/** An image: a compressed file, or pixels. */
export type ImageMessage =
  | { readonly type: "compressed"; readonly file: Uint8Array<ArrayBuffer> }
  | { readonly type: "raw"; readonly image: RawImage };

/** Returns which kind of images a channel has; `undefined` if it has none. */
export function imageTypeOf({ schemaName }: Pick<Channel, "schemaName">): ImageMessage["type"] | undefined {
  const name = foxgloveNameOf(schemaName);
  if (name === "RawImage") return "raw";
  if (name === "CompressedImage") return "compressed";
  const ros = ROS_NAME.exec(schemaName);
  return ros ? ros[1] ? "compressed" : "raw" : undefined;
}

/**
 * Reads the decoded message of a channel with images.
 *
 * @throws {TypeError | RangeError} When the value is not an image.
 */
export function readImageMessage(type: ImageMessage["type"], value: unknown): ImageMessage {
  if (!isObject(value)) throw new TypeError("Cannot show the image: the message is not an object");
  const data = readBytes(value.data);
  if (type === "compressed") return { type, file: data };
  const { width, height, encoding, step = 0, is_bigendian: isBigEndian } = value;
  if (typeof width !== "number" || typeof height !== "number" || typeof step !== "number") {
    throw new TypeError("Cannot show the image: width, height or step is not a number");
  }
  if (typeof encoding !== "string") throw new TypeError("Cannot show the image: encoding is not text");
  return { type, image: { width, height, encoding, step, isBigEndian: Boolean(isBigEndian), data } };
}

/** Reads bytes from protobuf, or from JSON as base64 text or as numbers. */
function readBytes(data: unknown): Uint8Array<ArrayBuffer> {
  if (data instanceof Uint8Array) return data as Uint8Array<ArrayBuffer>;
  if (typeof data !== "string" && !Array.isArray(data)) {
    throw new TypeError("Cannot show the image: data is neither bytes nor base64");
  }
  if (data.length > MAX_DATA_BYTES) throw new RangeError("Cannot show the image: data is longer than 128 MiB");
  if (typeof data !== "string") return Uint8Array.from(data, Number);
  if (!isBase64(data)) throw new TypeError("Cannot show the image: data is not base64");
  return decodeBase64(data);
}
