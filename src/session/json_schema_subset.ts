// The part of JSON Schema that visualisation apps support, and a check for everything else that makes apps reject a
// schema.

import { memberPath } from "../codecs/member_path.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The result for one part of a schema: a nested object to check, a fault that makes apps reject the schema, or neither.
 */
type Finding = { nested: JsonObject; path: string } | { fault: string } | undefined;

/**
 * A warning names the first of these that a schema has: a schema without a usable `type` usually has one of them
 * instead.
 */
const UNREAD_KEYWORDS = ["$ref", "anyOf", "allOf", "oneOf"];

/**
 * Returns the faults that make apps reject a JSON Schema, such as `has "$ref" at properties.pose`. The list is empty if
 * there are none.
 *
 * Apps convert a schema to a table of fields. They read only the `type` of each property, the `items` of an array, the
 * `contentEncoding` of a string, and `oneOf` for named constants. Apps ignore all other members, so these are not
 * faults: for example `anyOf` beside a `type`, or `$ref` inside `additionalProperties`.
 */
export function jsonSchemaFaults(schema: string): string[] {
  let root: unknown;
  try {
    root = JSON.parse(schema);
  } catch {
    return ["is not valid JSON"];
  }
  if (!isObject(root)) return ["is not a JSON object"];
  const faults = root.type === "object" ? [] : [`does not have "type": "object" at its root`];
  // The loop appends to the list that it reads. Recursion could exhaust the stack, because the nesting depth is not
  // limited.
  const objects = [{ nested: root, path: "" }];
  for (const { nested, path } of objects) {
    const properties = nested.properties ?? {};
    if (!isObject(properties)) {
      faults.push(`is not an object at ${memberPath(path, "properties")}`);
      continue;
    }
    for (const [name, property] of Object.entries(properties)) {
      const finding = readProperty(property, memberPath(memberPath(path, "properties"), name));
      if (finding === undefined) continue;
      if ("fault" in finding) faults.push(finding.fault);
      else objects.push(finding);
    }
  }
  return faults;
}

function readProperty(property: unknown, path: string): Finding {
  if (!isObject(property)) return { fault: `is not an object at ${path}` };
  if (!Array.isArray(property.oneOf)) return readType(property, path);
  const areNumbers = property.oneOf.every((one: unknown) => isObject(one) && typeof one.const === "number");
  return areNumbers ? undefined : { fault: `has "oneOf" with values that are not numeric constants at ${path}` };
}

function readType(schema: JsonObject, path: string): Finding {
  switch (schema.type) {
    case "boolean":
    case "integer":
    case "number":
      return undefined;
    case "string":
      return schema.contentEncoding === undefined || schema.contentEncoding === "base64"
        ? undefined
        : { fault: `has a contentEncoding other than "base64" at ${path}` };
    case "object":
      return { nested: schema, path };
    case "array":
      return readItems(schema.items, path);
    default:
      return { fault: `has ${inPlaceOfType(schema)} at ${path}` };
  }
}

function readItems(items: unknown, arrayPath: string): Finding {
  const path = memberPath(arrayPath, "items");
  if (items === undefined) return { fault: `has an array without "items" at ${arrayPath}` };
  if (Array.isArray(items)) return { fault: `has a list of "items" at ${arrayPath}` };
  if (!isObject(items)) return { fault: `is not an object at ${path}` };
  if (items.type === "array") return { fault: `has an array in an array at ${path}` };
  // Apps decode base64 bytes only in a property, not in array items.
  if (items.type === "string" && items.contentEncoding !== undefined) {
    return { fault: `has a contentEncoding for array items at ${path}` };
  }
  return readType(items, path);
}

/** Describes the value or keyword that a schema has instead of a supported `type`. */
function inPlaceOfType(schema: JsonObject): string {
  const keyword = UNREAD_KEYWORDS.find((name) => Object.hasOwn(schema, name));
  if (keyword !== undefined) return `"${keyword}"`;
  if (Array.isArray(schema.type)) return "a union type";
  return typeof schema.type === "string" ? `type ${JSON.stringify(schema.type)}` : `no "type"`;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
