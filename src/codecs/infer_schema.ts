// inferSchema(): derives a JSON Schema from an example.

import { memberPath } from "./member_path.ts";
import { toPlainJson } from "./plain_json.ts";
import { type ArrayShape, type ObjectShape, type Shape, shapeOf } from "./shape.ts";

/** The JSON Schema of an object, as inferSchema() derives it: the part of JSON Schema that apps read. */
export interface InferredObject {
  readonly type: "object";
  readonly properties?: Readonly<Record<string, InferredProperty>>;
}

/** The JSON Schema of a member. */
export type InferredProperty = InferredItem | InferredBytes | InferredArray;

/** The JSON Schema of an item of an array. */
export type InferredItem = { readonly type: "boolean" | "number" | "string" } | InferredObject;

/** The JSON Schema of bytes, which messages contain as base64 text. */
export interface InferredBytes {
  readonly type: "string";
  readonly contentEncoding: "base64";
}

/** The JSON Schema of an array. */
export interface InferredArray {
  readonly type: "array";
  readonly items: InferredItem;
}

/** A remark about one member. Users see `"path" reason`. */
export interface MemberNote {
  /** The path of the member, such as `pose.x` or `items[].id`. */
  readonly path: string;
  /** The predicate of a sentence, such as `is an array of arrays`. */
  readonly reason: string;
}

/** A schema and the members that it lacks. */
export interface InferredSchema {
  readonly schema: InferredObject;
  /**
   * Members that apps cannot show, because their types differ within an array or because they are arrays of arrays.
   * Absent, `null` and empty members are not listed: a later value can show their types.
   */
  readonly leftOut: readonly MemberNote[];
}

/**
 * Returns the JSON Schema of values like `value`.
 *
 * A single property that apps cannot read makes them hide the whole topic. So the schema has only properties whose type
 * is certain: no `null` and no empty arrays, no arrays of arrays, and no members whose type differs between the objects
 * of an array. All numbers are `number`, because the next value may have a fraction.
 *
 * @throws {TypeError} If `toJsonText()` would throw.
 */
export function inferSchema(value: unknown): InferredSchema {
  const leftOut: MemberNote[] = [];
  const schema = schemaOfObject(shapeOf(toPlainJson(value, "keep")), "", leftOut);
  return { schema, leftOut };
}

function schemaOfObject({ members }: ObjectShape, path: string, leftOut: MemberNote[]): InferredObject {
  const properties: [string, InferredProperty][] = [];
  for (const [name, shape] of members) {
    const property = schemaOf(shape, memberPath(path, name), leftOut);
    if (property) properties.push([name, property]);
  }
  // Object.fromEntries() also creates a property with the name `__proto__`.
  return properties.length > 0 ? { type: "object", properties: Object.fromEntries(properties) } : { type: "object" };
}

/** Returns the schema of a member, or `undefined` if its type is not certain. Adds the reason to `leftOut`. */
export function schemaOf(shape: Shape, path: string, leftOut: MemberNote[]): InferredProperty | undefined {
  switch (shape.type) {
    case "array":
      return schemaOfArray(shape, path, leftOut);
    case "bytes":
      return { type: "string", contentEncoding: "base64" };
    case "mixed":
      leftOut.push({ path, reason: "has different types in the objects of an array" });
      return undefined;
    case "object":
      return schemaOfObject(shape, path, leftOut);
    default:
      return { type: shape.type };
  }
}

function schemaOfArray({ items }: ArrayShape, path: string, leftOut: MemberNote[]): InferredArray | undefined {
  if (!items) return undefined;
  switch (items.type) {
    case "array":
      leftOut.push({ path, reason: "is an array of arrays" });
      return undefined;
    case "bytes":
    case "mixed":
      leftOut.push({ path, reason: "is an array of different types" });
      return undefined;
    case "object":
      return { type: "array", items: schemaOfObject(items, `${path}[]`, leftOut) };
    default:
      return { type: "array", items: { type: items.type } };
  }
}
