// unknownMember(): finds a member that a JSON Schema forbids by `"additionalProperties": false`.

import { memberPath } from "./member_path.ts";
import { toPlainJson } from "./plain_json.ts";

/**
 * Returns the path of the first member that `schema` forbids, such as `a.b[0].c`, or `undefined`.
 *
 * Reads only `properties`, `additionalProperties` and `items`. Objects with `patternProperties` may have any members.
 *
 * @throws {TypeError} If `toJsonText()` would throw.
 */
export function unknownMember(schema: object, value: unknown): string | undefined {
  return findUnknown(schema, toPlainJson(value), "");
}

function findUnknown(schema: unknown, value: unknown, path: string): string | undefined {
  if (!isObject(schema) || !isObject(value)) return undefined;
  if (Array.isArray(value)) return findInItems(schema.items, value, path);
  const properties = isObject(schema.properties) ? schema.properties : {};
  const forbidsOthers = schema.additionalProperties === false && schema.patternProperties === undefined;
  for (const [name, member] of Object.entries(value)) {
    // JSON leaves these out.
    if (member === undefined || typeof member === "symbol") continue;
    const memberAt = memberPath(path, name);
    const isKnown = Object.hasOwn(properties, name);
    if (!isKnown && forbidsOthers) return memberAt;
    const unknown = findUnknown(isKnown ? properties[name] : schema.additionalProperties, member, memberAt);
    if (unknown !== undefined) return unknown;
  }
  return undefined;
}

function findInItems(schema: unknown, items: readonly unknown[], path: string): string | undefined {
  if (!isObject(schema)) return undefined;
  for (const [index, item] of items.entries()) {
    const unknown = findUnknown(schema, item, `${path}[${index}]`);
    if (unknown !== undefined) return unknown;
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
