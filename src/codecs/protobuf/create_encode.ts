// createEncode(): an encode() that writes into the same memory again and again.

import { InvalidValue } from "./faults.ts";
import { ProtobufWriter } from "./writer.ts";

/**
 * Creates the `encode()` of a codec. Its results are valid until its next call.
 *
 * `write` writes the fields of a value. It may throw an `InvalidValue`, which becomes a `TypeError` with the path.
 * Other errors, such as those of getters, are passed on.
 */
export function createEncode<In>(write: (writer: ProtobufWriter, value: In) => void): (value: In) => Uint8Array {
  const writer = new ProtobufWriter();
  let isBusy = false;
  return (value) => {
    // A getter of the value may encode another value, while this one is half written.
    if (isBusy) return encodeWith(new ProtobufWriter(), write, value);
    isBusy = true;
    try {
      return encodeWith(writer, write, value);
    } finally {
      isBusy = false;
    }
  };
}

function encodeWith<In>(
  writer: ProtobufWriter,
  write: (writer: ProtobufWriter, value: In) => void,
  value: In,
): Uint8Array {
  writer.reset();
  try {
    write(writer, value);
  } catch (error) {
    throw toTypeError(error);
  }
  return writer.finish();
}

/** Returns the `TypeError` for an `InvalidValue`, and any other error unchanged. */
export function toTypeError(error: unknown): unknown {
  return error instanceof InvalidValue ? new TypeError(error.describe()) : error;
}
