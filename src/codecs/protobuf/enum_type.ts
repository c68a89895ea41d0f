// EnumType: the values of an enum are numbers, and their names may be written.

import { InvalidValue } from "./faults.ts";
import type { ValueType } from "./field.ts";
import { jsonToInteger } from "./json_values.ts";
import type { ProtobufReader } from "./reader.ts";
import { VARINT } from "./wire.ts";
import type { ProtobufWriter } from "./writer.ts";

/** Error texts list at most so many names. */
const MAX_NAMES = 8;

/** An enum. Numbers without a name are valid. */
export class EnumType implements ValueType {
  /** The full name. */
  readonly name: string;
  readonly wireType: number = VARINT;
  /** The number of an absent value. */
  readonly zero: number;
  /** The number of each name. */
  readonly numbers: ReadonlyMap<string, number>;

  /** `numbers`: the number of each name. `zero`: the number of an absent value. */
  constructor(name: string, numbers: ReadonlyMap<string, number>, zero: number) {
    this.name = name;
    this.zero = zero;
    this.numbers = numbers;
  }

  empty(): number {
    return this.zero;
  }

  isZero(value: unknown): boolean {
    return typeof value === "string" && this.numbers.get(value) === this.zero;
  }

  /** The number of a name. */
  numberOf(name: string): number | undefined {
    return this.numbers.get(name);
  }

  write(writer: ProtobufWriter, value: unknown): void {
    writer.int32(typeof value === "number" ? value : this.#resolve(value));
  }

  read(reader: ProtobufReader): number {
    return reader.int32();
  }

  fromJson(value: unknown): number {
    return typeof value === "number" ? jsonToInteger(value, -0x8000_0000, 0x7fff_ffff) : this.#resolve(value);
  }

  #resolve(value: unknown): number {
    const number = typeof value === "string" ? this.numbers.get(value) : undefined;
    if (number !== undefined) return number;
    const names = [...this.numbers.keys()];
    const listed = names.slice(0, MAX_NAMES).map((name) => `"${name}"`).join(", ");
    const rule = `a number or a name of "${this.name}": ${listed}${names.length > MAX_NAMES ? ", …" : ""}`;
    if (typeof value !== "string") throw InvalidValue.of(rule, value);
    throw new InvalidValue(`must be ${rule}`);
  }
}
