// Assets: files that a client fetches through the server, such as meshes.

import type { ByteReader } from "./byte_reader.ts";
import { ByteWriter } from "./byte_writer.ts";
import type { Encodable } from "./bytes.ts";
import { fieldsToWrite, type JsonFields, STRING, UINT32 } from "./json_fields.ts";
import { ProtocolError } from "./protocol_error.ts";
import { checkBytes } from "./wire_types.ts";

/**
 * From the client: requests a file.
 *
 * Spec: "Fetch Asset" (JSON).
 */
export interface FetchAsset {
  /** The same `op` as in the JSON. */
  op: "fetchAsset";
  /** The URI of the file, such as `package://arm/meshes/base.stl`. */
  uri: string;
  /** uint32. The response repeats it. */
  requestId: number;
}

/**
 * From the server: the file, or the reason why the request failed.
 *
 * Spec: "Fetch Asset Response" (binary, server opcode 0x04)
 *
 * | bytes | type   | field                              |
 * | ----- | ------ | ---------------------------------- |
 * | 4     | uint32 | requestId                          |
 * | 1     | uint8  | 0 success, 1 error                 |
 * | 4     | uint32 | byte length of error (0 = success) |
 * | n     | utf-8  | error                              |
 * | rest  | bytes  | data                               |
 */
export type FetchAssetResponse =
  | { op: "fetchAssetResponse"; requestId: number; status: "success"; data: Uint8Array }
  | { op: "fetchAssetResponse"; requestId: number; status: "error"; error: string };

const STATUSES = ["success", "error"] as const;

/** Reads a `fetchAsset`. */
export function readFetchAsset(fields: JsonFields<keyof FetchAsset>): FetchAsset {
  return { op: "fetchAsset", requestId: fields.get("requestId", UINT32), uri: fields.get("uri", STRING) };
}

/** Checks a `fetchAsset` and returns the object to send as JSON. */
export function writeFetchAsset(message: FetchAsset): FetchAsset {
  return readFetchAsset(fieldsToWrite(message));
}

/** Reads the fields after the opcode. Ignores the error text of a success, and all bytes after the text of an error. */
export function readFetchAssetResponse(reader: ByteReader): FetchAssetResponse {
  const requestId = reader.uint32();
  try {
    const status = reader.choice(STATUSES, "bad-status");
    if (status === "error") return { op: "fetchAssetResponse", requestId, status, error: reader.string() };
    reader.skipString();
    return { op: "fetchAssetResponse", requestId, status, data: reader.rest() };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new ProtocolError(error.code, error.message, { cause: error, assetRequestId: requestId });
  }
}

/** Returns the whole frame. */
export function writeFetchAssetResponse(
  message: Encodable<FetchAssetResponse>,
  opcode: number,
): Uint8Array<ArrayBuffer> {
  const data = message.status === "success" ? checkBytes(message.op, "data", message.data) : undefined;
  const writer = new ByteWriter(message.op, 64 + (data?.length ?? 0));
  writer.uint8(opcode);
  writer.uint32("requestId", message.requestId);
  writer.choice("status", STATUSES, message.status);
  writer.string("error", message.status === "error" ? message.error : "");
  if (data) writer.bytes(data);
  return writer.finish();
}
