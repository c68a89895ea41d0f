// checkMembers(): finds members that no field has, such as misspelled names, which encoding ignores.

import { kindOf } from "../../protocol/bytes.ts";
import { InvalidValue } from "./faults.ts";
import { type Field, getMember, type ValueType } from "./field.ts";
import { MAX_DEPTH } from "./wire.ts";

/** Error texts list at most so many fields. */
const MAX_NAMES = 12;
/** Objects of these types have no members that could be fields. */
const NOT_MESSAGES = /^an? (Map|Set|WeakMap|WeakSet|WeakRef|Date|RegExp|Promise|Error|ArrayBuffer|.*Array)$/;

/** The parts of a field that are needed here. */
export interface CheckedField extends Pick<Field, "name" | "form" | "isInherited"> {
  readonly type: Pick<ValueType, "check">;
}

/** The parts of a message type that are needed here. */
export interface CheckedType {
  name: string;
  table: {
    /** The fields by ascending number. */
    readonly fields: readonly CheckedField[];
    findByName(name: string): unknown;
  };
  /** The names of fields that are groups. */
  groups: readonly string[];
}

/**
 * Throws an `InvalidValue` for a member that the type does not have, also in messages inside the message. `undefined`
 * counts as absent. Other mistakes are left to encoding.
 */
export function checkMembers({ name, table, groups }: CheckedType, value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null) return;
  const kind = kindOf(value);
  if (NOT_MESSAGES.test(kind)) throw new InvalidValue(`must be an object with the fields of "${name}", not ${kind}`);
  if (depth > MAX_DEPTH) throw new InvalidValue(`has more than ${MAX_DEPTH} messages inside each other`);
  for (const member of Object.keys(value)) {
    if (table.findByName(member) || (value as Record<string, unknown>)[member] === undefined) continue;
    const fault = groups.includes(member)
      ? new InvalidValue("is a group, which is not supported")
      : new InvalidValue(`is not a field of "${name}"${hint(table.fields, member)}`);
    fault.addName(member);
    throw fault;
  }
  for (const field of table.fields) {
    if (field.type.check) checkField(field, getMember(value, field), depth + 1);
  }
}

function checkField(field: CheckedField, value: unknown, depth: number): void {
  try {
    if (field.form === "list") checkItems(field, value, depth);
    else if (field.form === "map") checkEntries(field, value, depth);
    else field.type.check?.(value, depth);
  } catch (error) {
    if (error instanceof InvalidValue) error.addName(field.name);
    throw error;
  }
}

function checkItems({ type }: CheckedField, value: unknown, depth: number): void {
  if (!Array.isArray(value)) return;
  let index = 0;
  try {
    for (; index < value.length; index++) type.check?.(value[index], depth);
  } catch (error) {
    if (error instanceof InvalidValue) error.addIndex(index);
    throw error;
  }
}

function checkEntries({ type }: CheckedField, value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of value instanceof Map ? value : Object.entries(value)) {
    try {
      type.check?.(member, depth);
    } catch (error) {
      if (error instanceof InvalidValue) error.addKey(key);
      throw error;
    }
  }
}

/** Names the field that was probably meant, or else the fields of the type. */
function hint(fields: readonly CheckedField[], member: string): string {
  const plain = (name: string) => name.replaceAll("_", "").toLowerCase();
  const meant = fields.find(({ name }) => plain(name) === plain(member));
  if (meant) return `; did you mean "${meant.name}"?`;
  if (fields.length === 0) return ", which has no fields";
  const names = fields.slice(0, MAX_NAMES).map(({ name }) => `"${name}"`).join(", ");
  return `, which has ${names}${fields.length > MAX_NAMES ? ", …" : ""}`;
}
