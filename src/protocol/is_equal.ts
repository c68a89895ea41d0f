// isEqual(): whether two decoded values are equal.

import { isObject } from "./json_object.ts";
import { sameSchema } from "./schema.ts";

/** Whether two values are equal. They consist of text, numbers, bytes, and objects of these. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (!isObject(one) || !isObject(other)) return sameSchema(one, other);
  const names = Object.keys(one);
  return names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isEqual(one[name], other[name]));
}
