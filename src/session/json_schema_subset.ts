// The part of JSON Schema that visualisation apps read, and what a schema holds beyond it.

type JsonObject = Readonly<Record<string, unknown>>;

/** What one place in a schema amounts to: an object to look into, something that apps refuse, or neither. */
type Finding = { nested: JsonObject; path: string } | { fault: string } | undefined;

/** In the order of their names in a warning: a schema without a usable `type` mostly has one of these in its place. */
const UNREAD_KEYWORDS = ["$ref", "anyOf", "allOf", "oneOf"];

/**
 * What in a JSON Schema makes apps refuse it, such as `has "$ref" at properties.pose`; empty when nothing.
 *
 * Apps turn a schema into a table of fields, and look at no more than they need for that: the `type` of each property,
 * the `items` of an array, the `contentEncoding` of a string, and `oneOf` for named constants. Whatever stands beside
 * them is ignored, so it is no fault here, not even `anyOf` beside a `type`, or `$ref` inside `additionalProperties`.
 */
export function jsonSchemaFaults(schema: string): string[] {
  let root: unknown;
  try {
    root = JSON.parse(schema);
  } catch {
    return ["is not valid JSON"];
  }
  if (!isObject(root)) return ["is not a JSON object"];
  const faults = root.type === "object" ? [] : [`does not say "type": "object" at its root`];
  // A list that grows while it is walked, rather than recursion: no depth of nesting exhausts the stack.
  const objects = [{ nested: root, path: "" }];
  for (const { nested, path } of objects) {
    const properties = nested.properties ?? {};
    if (!isObject(properties)) {
      faults.push(`has no object at ${member(path, "properties")}`);
      continue;
    }
    for (const [name, property] of Object.entries(properties)) {
      const finding = readProperty(property, member(member(path, "properties"), name));
      if (finding === undefined) continue;
      if ("fault" in finding) faults.push(finding.fault);
      else objects.push(finding);
    }
  }
  return faults;
}

function readProperty(property: unknown, path: string): Finding {
  if (!isObject(property)) return { fault: `has no object at ${path}` };
  if (!Array.isArray(property.oneOf)) return readType(property, path);
  const areNumbers = property.oneOf.every((one: unknown) => isObject(one) && typeof one.const === "number");
  return areNumbers ? undefined : { fault: `has "oneOf" of other than numeric constants at ${path}` };
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
  const path = member(arrayPath, "items");
  if (items === undefined) return { fault: `has an array without "items" at ${arrayPath}` };
  if (Array.isArray(items)) return { fault: `has a list of "items" at ${arrayPath}` };
  if (!isObject(items)) return { fault: `has no object at ${path}` };
  if (items.type === "array") return { fault: `has an array in an array at ${path}` };
  // Bytes are read where they are a property of their own, and nowhere else.
  if (items.type === "string" && items.contentEncoding !== undefined) {
    return { fault: `has a contentEncoding of array items at ${path}` };
  }
  return readType(items, path);
}

/** What a schema has where apps look for the name of a type that they know. */
function inPlaceOfType(schema: JsonObject): string {
  const keyword = UNREAD_KEYWORDS.find((name) => Object.hasOwn(schema, name));
  if (keyword !== undefined) return `"${keyword}"`;
  if (Array.isArray(schema.type)) return "a union type";
  return typeof schema.type === "string" ? `type ${JSON.stringify(schema.type)}` : `no "type"`;
}

function member(path: string, name: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? name : `${path}.${name}`;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
