// FieldTable: the fields of a message type by number and name, and the creation of its messages.

import { createField } from "./create_field.ts";
import { type Field, type FieldInit, getMember, setMember } from "./field.ts";

/** Fields with larger numbers are in a map. */
const MAX_INDEX = 255;

/** The fields of a message type. */
export class FieldTable {
  /** The fields by ascending number, in the order in which they are written. */
  readonly fields: readonly Field[];
  /** The fields by their index, in the order of the members of messages. */
  readonly members: readonly Field[];
  readonly #valueCount: number;
  readonly #byIndex: (Field | undefined)[] = [];
  readonly #byNumber: ReadonlyMap<number, Field>;
  readonly #byName: ReadonlyMap<string, Field>;

  /** Numbers and names must be unique. Messages have their members in the order of `inits`. */
  constructor(inits: readonly FieldInit[]) {
    const oneofs = new Set(inits.flatMap(({ oneof }) => oneof ?? []));
    const positions = new Map(Array.from(oneofs, (oneof, index) => [oneof, inits.length + index]));
    this.members = inits.map((init, index) => createField(init, index, positions.get(init.oneof ?? -1) ?? -1));
    this.#valueCount = inits.length + oneofs.size;
    this.fields = this.members.toSorted((one, other) => one.number - other.number);
    this.#byNumber = new Map(this.fields.map((field) => [field.number, field]));
    this.#byName = new Map(this.fields.map((field) => [field.name, field]));
    for (const field of this.fields) {
      if (field.number <= MAX_INDEX) this.#byIndex[field.number] = field;
    }
  }

  /** Returns the field with a number. */
  find(number: number): Field | undefined {
    return number <= MAX_INDEX ? this.#byIndex[number] : this.#byNumber.get(number);
  }

  /** Returns the field with a name. */
  findByName(name: string): Field | undefined {
    return this.#byName.get(name);
  }

  /**
   * Returns a place for the value of each field, by its index: those of `previous`, or `undefined`. Behind them is a
   * place for each oneof.
   *
   * Messages are created from such a list, because objects whose members are set in the same order have the same shape.
   */
  valuesOf(previous?: object): unknown[] {
    const values = new Array<unknown>(this.#valueCount);
    if (previous !== undefined) {
      for (const field of this.members) {
        const value = getMember(previous, field);
        values[field.index] = value;
        if (value !== undefined && field.oneofIndex >= 0) values[field.oneofIndex] = field.index;
      }
    }
    return values;
  }

  /** Notes that `field` is the set member of its oneof. Returns the member that was set before, if it is another. */
  setOneof(values: unknown[], field: Field): Field | undefined {
    const other = values[field.oneofIndex] as number | undefined;
    values[field.oneofIndex] = field.index;
    return other === undefined || other === field.index ? undefined : this.members[other];
  }

  /** Creates a message from the value of each field. Fields without a value get their default, if there is one. */
  create(values: readonly unknown[]): object {
    const message = {};
    for (const field of this.members) {
      const value = values[field.index] ?? newDefault(field);
      if (value !== undefined) setMember(message, field.name, value);
    }
    return message;
  }
}

function newDefault({ form, default: value }: Field): unknown {
  if (form === "single") return value instanceof Uint8Array ? new Uint8Array(value) : value;
  return form === "list" ? [] : {};
}
