// exampleOf(): a value that fits a JSON Schema, for the request of a service.

import { isObject } from "../../protocol/json_object.ts";

/** Deeper parts are left empty. Schemas may refer to themselves. */
const MAX_DEPTH = 8;
/** Further members are left out, because each level of a hostile schema may multiply them. */
const MAX_MEMBERS = 200;

type Schema = Readonly<Record<string, unknown>>;

/** Returns a value with zeros and empty texts, or with the defaults of the schema. `{}` without a usable schema. */
export function exampleOf(schema: unknown): unknown {
  return isObject(schema) ? new Example(schema).create(schema, 0) : {};
}

/** Returns an example for a schema in text. `{}` if the text is not a JSON Schema. */
export function exampleOfText(schema: string): unknown {
  try {
    return exampleOf(JSON.parse(schema));
  } catch {
    return {};
  }
}

class Example {
  readonly #root: Schema;
  #members = 0;

  constructor(root: Schema) {
    this.#root = root;
  }

  create(schema: unknown, depth: number): unknown {
    const resolved = this.#resolve(schema);
    if (!resolved) return {};
    const { default: byDefault, const: only, enum: options, examples, oneOf } = resolved;
    if (byDefault !== undefined) return byDefault;
    if (only !== undefined) return only;
    if (Array.isArray(options) && options.length > 0) return options[0];
    if (Array.isArray(examples) && examples.length > 0) return examples[0];
    // Foxglove's schemas list the values of an enum in `oneOf`.
    if (Array.isArray(oneOf) && oneOf.length > 0 && depth < MAX_DEPTH) return this.create(oneOf[0], depth + 1);
    const type = Array.isArray(resolved.type) ? resolved.type[0] : resolved.type;
    switch (type) {
      case "string":
        return "";
      case "integer":
      case "number":
        return numberWithin(resolved);
      case "boolean":
        return false;
      case "null":
        return null;
      case "array":
        return [];
      default:
        return this.#createObject(resolved, depth);
    }
  }

  #createObject({ properties }: Schema, depth: number): Record<string, unknown> {
    if (!isObject(properties) || depth >= MAX_DEPTH) return {};
    const members: [string, unknown][] = [];
    for (const [name, member] of Object.entries(properties)) {
      if (++this.#members > MAX_MEMBERS) break;
      members.push([name, this.create(member, depth + 1)]);
    }
    // Unlike an assignment, this also works for a member "__proto__".
    return Object.fromEntries(members);
  }

  /** Follows references within the schema, such as `#/$defs/Pose` and `#`. */
  #resolve(schema: unknown): Schema | undefined {
    let current = schema;
    for (let steps = 0; isObject(current) && typeof current.$ref === "string"; steps++) {
      if (steps === MAX_DEPTH || !/^#(\/|$)/.test(current.$ref)) return undefined;
      const path = current.$ref.split("/").slice(1);
      current = path.reduce<unknown>(
        (value, name) => isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined,
        this.#root,
      );
    }
    return isObject(current) ? current : undefined;
  }
}

/** Returns 0, or the limit that is nearest to it. */
function numberWithin({ minimum, maximum }: Schema): number {
  if (typeof minimum === "number" && minimum > 0) return minimum;
  return typeof maximum === "number" && maximum < 0 ? maximum : 0;
}
