// schemaDifference(): finds the first member of a value that does not fit an inferred schema.

import { type InferredObject, type InferredProperty, type MemberNote, schemaOf } from "./infer_schema.ts";
import { memberPath } from "./member_path.ts";
import { toPlainJson } from "./plain_json.ts";
import { type ObjectShape, type Shape, shapeOf } from "./shape.ts";

/** The types as error texts name them. */
const NAMES: Readonly<Record<Shape["type"], string>> = {
  array: "an array",
  boolean: "a boolean",
  bytes: "bytes",
  mixed: "of different types",
  number: "a number",
  object: "an object",
  string: "a string",
};

/**
 * Returns the first member that a schema from `inferSchema()` does not have, or that has another type. Apps do not list
 * such members, or show them wrongly.
 *
 * Absent members, `null` and empty arrays are not differences. A member for which no schema can be inferred, such as an
 * array of arrays, is a difference only if the schema has it. Takes about as long as `inferSchema()`.
 *
 * @throws {TypeError} If `toJsonText()` would throw.
 */
export function schemaDifference(schema: InferredObject, value: unknown): MemberNote | undefined {
  return differenceInObject(schema, shapeOf(toPlainJson(value, "keep")), "");
}

function differenceInObject(
  { properties = {} }: InferredObject,
  { members }: ObjectShape,
  path: string,
): MemberNote | undefined {
  for (const [name, shape] of members) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const difference = differenceOf(property, shape, memberPath(path, name));
    if (difference) return difference;
  }
  return undefined;
}

function differenceOf(property: InferredProperty | undefined, shape: Shape, path: string): MemberNote | undefined {
  if (!property) return schemaOf(shape, path, []) && { path, reason: "is not in the schema" };
  const type = "contentEncoding" in property ? "bytes" : property.type;
  if (shape.type !== type) return { path, reason: `is ${NAMES[shape.type]}, but the schema says ${NAMES[type]}` };
  if (shape.type === "object" && property.type === "object") return differenceInObject(property, shape, path);
  if (shape.type === "array" && property.type === "array" && shape.items) {
    return differenceOf(property.items, shape.items, `${path}[]`);
  }
  return undefined;
}
