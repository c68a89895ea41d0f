// createCodec(): the codec for a message type of a `.proto` file.

import { BYTES_RULE, bytesOf, kindOf } from "../../protocol/bytes.ts";
import { textOf } from "../../error_text.ts";
import type { Codec } from "../codec.ts";
import { createEncode, toTypeError } from "./create_encode.ts";
import { readDescriptorSet } from "./descriptor.ts";
import { Fault, InvalidValue } from "./faults.ts";
import type { PayloadType } from "./field.ts";
import { createJsonDecoder } from "./json_decoder.ts";
import { linkType } from "./link.ts";
import { ProtobufReader } from "./reader.ts";

/**
 * Returns the codec that `protobuf()` documents. The client loads this module on demand. It is not `protobuf.ts`, because
 * esbuild loads a module at once if the package exports a function of it, even if the program does not use it.
 */
export function createCodec<T>(descriptor: unknown, type: unknown): Codec<T> {
  const schema = copyDescriptor(descriptor);
  const name = checkName(type);
  const payloadType = link(schema, name);
  return {
    encoding: "protobuf",
    schemaEncoding: "protobuf",
    schemaName: name,
    schema,
    json: createJsonDecoder<T>(name, (value) => payloadType.fromJson(value, 0)),
    encode: createEncode<T>((writer, value) => payloadType.writeFields(writer, value)),
    decode(bytes) {
      try {
        return payloadType.readFields(new ProtobufReader(bytes)) as T;
      } catch (error) {
        throw error instanceof Fault ? new Error(`Cannot decode "${name}": ${error.describe()}`) : error;
      }
    },
    check(value) {
      try {
        payloadType.check?.(value, 0);
      } catch (error) {
        throw toTypeError(error);
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
