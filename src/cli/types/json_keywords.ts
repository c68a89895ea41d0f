// What the keywords of a JSON Schema say besides its type.

import { isObject } from "../../protocol/json_object.ts";
import type { JsonSchema } from "./json_document.ts";

/** Parts with more levels of schemas become `unknown`. */
export const MAX_DEPTH = 64;

/** Returns the paragraphs of the doc comment of a schema. */
export function docOf(schema: unknown): string[] {
  if (!isObject(schema)) return [];
  const { description, format, contentEncoding, deprecated, default: value } = schema;
  return [
    ...(typeof description === "string" ? [description] : []),
    ...(typeof format === "string" ? [`Format: ${format}.`] : []),
    ...(typeof contentEncoding === "string" ? [`Encoding of the bytes: ${contentEncoding}.`] : []),
    ...(value === undefined || typeof value === "object" ? [] : [`@default {${JSON.stringify(value)}}`]),
    ...(deprecated === true ? ["@deprecated"] : []),
  ];
}

/** Returns the type that a schema without `type` describes by its other members. */
export function impliedType(schema: JsonSchema): string | undefined {
  const has = (...names: string[]) => names.some((name) => name in schema);
  if (has("properties", "required", "additionalProperties", "patternProperties")) return "object";
  return has("items", "prefixItems") ? "array" : undefined;
}

/** The references of a schema that are not inside an object or an array. */
export function directReferences(schema: unknown, depth = 0): string[] {
  if (!isObject(schema) || depth > MAX_DEPTH) return [];
  const combined = [schema.anyOf, schema.oneOf, schema.allOf].flat();
  return [
    ...[schema.$ref, schema.$dynamicRef, schema.$recursiveRef].filter((each) => typeof each === "string"),
    ...combined.flatMap((each) => directReferences(each, depth + 1)),
  ];
}
