// Faults: errors in values and in payloads, which collect the path of the field while they propagate.

import { bytesOf, kindOf } from "../../protocol/bytes.ts";

/** Longer map keys are cut in error texts. */
const MAX_KEY_LENGTH = 40;

/** An error at a path, such as `points[2].x`. The code that reads or writes a field adds its part of the path. */
export abstract class Fault extends Error {
  /** The path so far. `""`: the error concerns the whole value. */
  path = "";

  /** Adds the name of the field that contains the path so far. */
  addName(name: string): void {
    this.#add(name);
  }

  /** Adds the index of the array item that contains the path so far. */
  addIndex(index: number): void {
    this.#add(`[${index}]`);
  }

  /** Adds the key of the map entry that contains the path so far. */
  addKey(key: unknown): void {
    this.#add(`['${String(key).slice(0, MAX_KEY_LENGTH)}']`);
  }

  #add(part: string): void {
    this.path = part + (this.path === "" || this.path.startsWith("[") ? "" : ".") + this.path;
  }

  /** Returns the text of the final error, with the path. */
  abstract describe(): string;
}

/** A value that a program passes for encoding, or that a client sends as JSON, and that does not match the schema. */
export class InvalidValue extends Fault {
  /** `reason` continues a sentence about the field, such as "is required". */
  constructor(reason: string) {
    super(reason);
  }

  /** Creates the fault for a value that violates `rule`, such as "a string". */
  static of(rule: string, value: unknown): InvalidValue {
    return new InvalidValue(`must be ${rule}, not ${shown(value)}`);
  }

  override describe(): string {
    return `${this.path === "" ? "the value" : `"${this.path}"`} ${this.message}`;
  }
}

/** A payload that is not valid protobuf. */
export class MalformedInput extends Fault {
  readonly #offset: number;

  /** `reason` is a clause, such as "the payload ends within a varint". `offset` counts bytes of the payload. */
  constructor(reason: string, offset: number) {
    super(reason);
    this.#offset = offset;
  }

  override describe(): string {
    return `${this.path === "" ? "" : `"${this.path}": `}${this.message} at byte ${this.#offset}`;
  }
}

/** Numbers and booleans as they are; of other values only the type, because they may be long. */
function shown(value: unknown): string {
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") {
    const text = String(value);
    return text.length > MAX_KEY_LENGTH ? `a ${typeof value} of ${text.length} digits` : text;
  }
  // kindOf() assumes that a view is detached.
  if (!ArrayBuffer.isView(value) || bytesOf(value) === undefined) return kindOf(value);
  const name = Object.prototype.toString.call(value).slice("[object ".length, -1);
  return `${name.startsWith("Int") ? "an" : "a"} ${name}`;
}
