// checkSchemaMembers(): finds members that a message type does not have.

import { type CheckedType, checkMembers } from "../../codecs/protobuf/unknown_members.ts";
import { fullNameOf, isMessage, type SchemaType } from "./schema_type.ts";

const cache: WeakMap<SchemaType, CheckedType> = new WeakMap();

/** Throws an `InvalidValue` for a member that the type does not have, also in messages inside the message. */
export function checkSchemaMembers(type: SchemaType, value: unknown, depth = 0): void {
  let checked = cache.get(type);
  if (!checked) {
    checked = checkedTypeOf(type);
    cache.set(type, checked);
  }
  checkMembers(checked, value, depth);
}

function checkedTypeOf(type: SchemaType): CheckedType {
  const fields = type.fields.toSorted((one, other) => one.number - other.number).map(({ name, type, isList }) => ({
    name,
    form: isList ? "list" as const : "single" as const,
    // No field has the name of a member that all objects have.
    isInherited: false,
    type: isMessage(type) ? { check: (value: unknown, depth: number) => checkSchemaMembers(type, value, depth) } : {},
  }));
  return {
    name: fullNameOf(type),
    table: { fields, findByName: (name) => fields.find((field) => field.name === name) },
    groups: [],
  };
}
