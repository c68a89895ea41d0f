// createEncode(): an encode() that writes into the same memory again and again.

import type { EncodeContext } from "../codec.ts";
import { setEncodeInto } from "../encode_into.ts";
import { InvalidValue } from "./faults.ts";
import { ProtobufWriter } from "./writer.ts";

/** Writes the fields of a value. It may throw an `InvalidValue`. */
export type WriteValue<In> = (writer: ProtobufWriter, value: In, context: EncodeContext) => void;

/**
 * Creates the `encode()` of a codec. Its results are valid until its next call. The server finds the same function for
 * its own memory by `encodeIntoOf()`.
 *
 * An `InvalidValue` becomes a `TypeError` with the path. Other errors, such as those of getters, are passed on.
 */
export function createEncode<In>(
  write: WriteValue<In>,
): (value: In, context: EncodeContext) => Uint8Array<ArrayBuffer> {
  const own = new WriterLease();
  const encode = (value: In, context: EncodeContext): Uint8Array<ArrayBuffer> => {
    const writer = own.take();
    try {
      writer.reset();
      write(writer, value, context);
      return writer.finish();
    } catch (error) {
      throw toTypeError(error);
    } finally {
      own.give(writer);
    }
  };
  const attached = new WriterLease();
  setEncodeInto<In>(encode, (value, context, target) => {
    const writer = attached.take();
    try {
      writer.attach(target.bytes, target.length);
      write(writer, value, context);
      writer.detach(target);
    } catch (error) {
      throw toTypeError(error);
    } finally {
      attached.give(writer);
    }
  });
  return encode;
}

/** A writer that is used again, unless it is in use: a getter of a value may encode another one of the same type. */
class WriterLease {
  readonly #writer = new ProtobufWriter();
  #isTaken = false;

  take(): ProtobufWriter {
    if (this.#isTaken) return new ProtobufWriter();
    this.#isTaken = true;
    return this.#writer;
  }

  give(writer: ProtobufWriter): void {
    if (writer === this.#writer) this.#isTaken = false;
  }
}

/** Returns the `TypeError` for an `InvalidValue`, and any other error unchanged. */
export function toTypeError(error: unknown): unknown {
  return error instanceof InvalidValue ? new TypeError(error.describe()) : error;
}
