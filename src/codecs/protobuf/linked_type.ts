// linkMessageType(): a message type of a `.proto` file, and how its payloads are decoded.

import { BYTES_RULE, bytesOf, kindOf } from "../../protocol/bytes.ts";
import { textOf } from "../../error_text.ts";
import { readDescriptorSet } from "./descriptor.ts";
import { Fault, InvalidValue } from "./faults.ts";
import type { PayloadType } from "./field.ts";
import { linkType } from "./link.ts";
import { ProtobufReader } from "./reader.ts";

/** A message type of a descriptor. */
export interface LinkedType {
  /** The full name, without a leading dot. */
  readonly name: string;
  /** A copy of the descriptor. */
  readonly schema: Uint8Array;
  /** The type. */
  readonly payloadType: PayloadType;
  /** Decodes a payload. */
  decode(bytes: Uint8Array): unknown;
}

/**
 * Returns the message type. See `protobuf()` for the arguments and the errors.
 *
 * The client loads this module on demand. It must not be the one of `protobuf()`: esbuild loads a module at once if the
 * package exports a function of it, even if the program does not use it. It contains no encoder, to be small.
 */
export function linkMessageType(descriptor: unknown, type: unknown): LinkedType {
  const schema = copyDescriptor(descriptor);
  const name = checkName(type);
  const payloadType = link(schema, name);
  return {
    name,
    schema,
    payloadType,
    decode(bytes) {
      try {
        return payloadType.readFields(new ProtobufReader(bytes));
      } catch (error) {
        throw error instanceof Fault ? new Error(`Cannot decode "${name}": ${error.describe()}`) : error;
      }
    },
  };
}

function copyDescriptor(descriptor: unknown): Uint8Array {
  const bytes = bytesOf(descriptor);
  if (bytes === undefined) throw creationError(`descriptor must be ${BYTES_RULE}, not ${kindOf(descriptor)}`);
  return new Uint8Array(bytes);
}

function checkName(type: unknown): string {
  if (typeof type !== "string") throw creationError(`type must be a string, not ${kindOf(type)}`);
  return type.startsWith(".") ? type.slice(1) : type;
}

function link(schema: Uint8Array, name: string): PayloadType {
  let files;
  try {
    files = readDescriptorSet(schema);
    if (files.file.length === 0) throw new InvalidValue("has no files");
  } catch (cause) {
    const hint = "write it with protoc --include_imports --descriptor_set_out";
    throw creationError(`descriptor is not a FileDescriptorSet; ${hint}`, cause);
  }
  try {
    return linkType(files, name);
  } catch (error) {
    throw creationError(textOf(error));
  }
}

function creationError(reason: string, cause?: unknown): TypeError {
  return new TypeError(`Cannot create a protobuf codec: ${reason}`, cause === undefined ? {} : { cause });
}
