// JsonDocument: a JSON Schema, in which references are resolved.

import { isObject } from "../../protocol/json_object.ts";

/** A schema that is an object, not `true` or `false`. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Members whose values are schemas by name. */
const DEFINITIONS = ["$defs", "definitions"] as const;

/** A JSON Schema. A pointer is the path of a part: `""` is the whole schema, and `/$defs/Pose` a definition. */
export class JsonDocument {
  readonly #root: unknown;
  /** The pointers of schemas by their `$id`, `$anchor` and `$dynamicAnchor`. */
  readonly #names = new Map<string, string>();

  constructor(root: unknown) {
    this.#root = root;
    this.#addNames(root, "");
    for (const name of DEFINITIONS) {
      const definitions = isObject(root) ? root[name] : undefined;
      if (!isObject(definitions)) continue;
      for (const [key, schema] of Object.entries(definitions)) this.#addNames(schema, `/${name}/${escapeToken(key)}`);
    }
  }

  /** Returns the part at a pointer, or `undefined`. */
  get(pointer: string): unknown {
    let part: unknown = this.#root;
    for (const token of pointer.split("/").slice(1).map(unescapeToken)) {
      if (typeof part !== "object" || part === null || !Object.hasOwn(part, token)) return undefined;
      part = (part as Record<string, unknown>)[token];
    }
    return part;
  }

  /** Returns the pointer to which a `$ref` refers, or `undefined` if the schema has no such part. */
  resolve(reference: string): string | undefined {
    const named = this.#names.get(reference);
    if (named !== undefined) return named;
    const [base = "", fragment = ""] = reference.split("#");
    const start = base === "" ? "" : this.#names.get(base);
    if (start === undefined) return undefined;
    if (fragment === "") return start;
    if (!fragment.startsWith("/")) return this.#names.get(`#${fragment}`);
    let pointer = fragment;
    try {
      pointer = decodeURIComponent(fragment);
    } catch {
      // Not encoded, although it contains "%".
    }
    return this.get(start + pointer) === undefined ? undefined : start + pointer;
  }

  #addNames(schema: unknown, pointer: string): void {
    if (!isObject(schema)) return;
    const { $id, $anchor, $dynamicAnchor } = schema;
    if (typeof $id === "string") this.#names.set($id, pointer);
    for (const anchor of [$anchor, $dynamicAnchor]) {
      if (typeof anchor === "string") this.#names.set(`#${anchor}`, pointer);
    }
  }
}

function escapeToken(token: string): string {
  return token.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** Returns a name in a pointer as it is in the schema. */
export function unescapeToken(token: string): string {
  return token.replaceAll("~1", "/").replaceAll("~0", "~");
}
