// shapeOf(): the types of all members of a value. A schema is derived from it and compared with it.

import { bufferKind } from "./plain_json.ts";

/**
 * The types of one value, or of several that are merged. `undefined`: nothing is known, as for `null`.
 *
 * `mixed`: the merged values have different types.
 */
export type Shape =
  | { readonly type: "boolean" | "number" | "string" | "bytes" | "mixed" }
  | ArrayShape
  | ObjectShape;

/** The merged types of all items. */
export interface ArrayShape {
  readonly type: "array";
  items: Shape | undefined;
}

/** The types of the members, in their first order. Members about which nothing is known are absent. */
export interface ObjectShape {
  readonly type: "object";
  readonly members: Map<string, Shape>;
}

const BOOLEAN: Shape = { type: "boolean" };
const NUMBER: Shape = { type: "number" };
const STRING: Shape = { type: "string" };
const BYTES: Shape = { type: "bytes" };
const MIXED: Shape = { type: "mixed" };

/** Returns the shape of an object that `toPlainJson(…, "keep")` returned. */
export function shapeOf(plain: object): ObjectShape {
  const shape: ObjectShape = { type: "object", members: new Map() };
  addMembers(shape, plain);
  return shape;
}

/** Returns `shape` with the types of `value`. Changes the shapes of arrays and objects in place, to allocate little. */
function merge(shape: Shape | undefined, value: unknown): Shape | undefined {
  switch (typeof value) {
    case "boolean":
      return mergeType(shape, BOOLEAN);
    case "number":
      return mergeType(shape, NUMBER);
    case "string":
      return mergeType(shape, STRING);
    case "object":
      return value === null ? shape : mergeObject(shape, value);
    default:
      return shape;
  }
}

function mergeObject(shape: Shape | undefined, value: object): Shape {
  if (Array.isArray(value)) return mergeItems(shape, value);
  const kind = bufferKind(value);
  if (kind === "bytes") return mergeType(shape, BYTES);
  // All items of typed arrays are numbers, also if there are none.
  if (kind === "numbers") return mergeItems(shape, [0]);
  const merged = shape?.type === "object" ? shape : mergeType(shape, { type: "object", members: new Map() });
  if (merged.type === "object") addMembers(merged, value);
  return merged;
}

function mergeItems(shape: Shape | undefined, items: readonly unknown[]): Shape {
  const merged = mergeType(shape, { type: "array", items: undefined });
  if (merged.type !== "array") return merged;
  for (const item of items) {
    if (typeof item === "number" && merged.items === NUMBER) continue;
    merged.items = merge(merged.items, item);
  }
  return merged;
}

function addMembers(object: ObjectShape, value: object): void {
  for (const name of Object.keys(value)) {
    const shape = object.members.get(name);
    const merged = merge(shape, value[name as keyof typeof value]);
    if (merged && merged !== shape) object.members.set(name, merged);
  }
}

function mergeType(shape: Shape | undefined, other: Shape): Shape {
  if (!shape) return other;
  return shape.type === other.type ? shape : MIXED;
}
