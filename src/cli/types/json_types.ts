// jsonTypes(): the types of a JSON Schema.

import { isObject } from "../../protocol/json_object.ts";
import { JsonDocument, unescapeToken } from "./json_document.ts";
import { docOf } from "./json_keywords.ts";
import { type JsonTypeOptions, JsonTypeReader } from "./json_type_reader.ts";
import { typeName } from "./names.ts";
import type { TypeInit } from "./type_init.ts";
import { UNKNOWN } from "./type_node.ts";

/** A JSON Schema of a channel. */
export interface JsonTypesInit extends JsonTypeOptions {
  /** The schema, or `undefined` if it is not known. */
  readonly schema: unknown;
  /** Identifies the schema and the name of its message. */
  readonly key: string;
  /** The name of the message, after those of its packages. */
  readonly parts: readonly string[];
  /** Says why the schema is not known. */
  readonly doc: readonly string[];
}

/** Returns the type of a message, and the types to which its schema refers. */
export function jsonTypes({ schema, key, parts, doc, ...options }: JsonTypesInit): [TypeInit, ...TypeInit[]] {
  const short = typeName(parts.slice(-1));
  const root = { key, short, full: typeName(parts) };
  if (schema === undefined) return [{ ...root, doc, declare: () => ({ kind: "type", type: UNKNOWN }) }];
  const document = new JsonDocument(schema);
  const references = findReferences(document, options);
  const keys = new Map([...references.keys()].map((pointer) => {
    // Equal definitions of several schemas become one type.
    const closure = [...closureOf(pointer, references)].toSorted();
    const parts = closure.map((each) => [each, each === "" ? key : document.get(each)]);
    return [pointer, pointer === "" ? key : `${pointer} ${JSON.stringify(parts)}`] as const;
  }));
  const declare = (pointer: string): TypeInit["declare"] => (nameOf) => {
    const nameOfPointer = (each: string) => nameOf(keys.get(each)!);
    const reader = new JsonTypeReader({ document, nameOf: nameOfPointer, ...options });
    const { type, notes } = reader.read(pointer);
    return { kind: "type", type, doc: notes };
  };
  const others = [...references.keys()].filter((pointer) => pointer !== "");
  return [
    { ...root, doc: [...titleOf(schema, parts), ...docOf(schema), ...doc], declare: declare("") },
    ...others.map((pointer) => {
      const own = typeName([unescapeToken(pointer.slice(pointer.lastIndexOf("/") + 1))]);
      const full = typeName([...parts, own]);
      return {
        key: keys.get(pointer)!,
        short: own,
        full,
        doc: docOf(document.get(pointer)),
        declare: declare(pointer),
      };
    }),
  ];
}

/** Returns the pointers to which each part refers that has a type of its own, beginning with the whole schema. */
function findReferences(document: JsonDocument, options: JsonTypeOptions): Map<string, ReadonlySet<string>> {
  const references = new Map<string, ReadonlySet<string>>();
  const pending = new Set([""]);
  for (const pointer of pending) {
    const found = new Set<string>();
    const nameOf = (each: string) => {
      found.add(each);
      pending.add(each);
      return each;
    };
    new JsonTypeReader({ document, nameOf, ...options }).read(pointer);
    references.set(pointer, found);
  }
  return references;
}

function closureOf(start: string, references: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const closure = new Set([start]);
  for (const pointer of closure) {
    for (const each of references.get(pointer) ?? []) closure.add(each);
  }
  return closure;
}

/** The title, unless there is a description or the title repeats the name. */
function titleOf(schema: unknown, parts: readonly string[]): string[] {
  if (!isObject(schema) || typeof schema.title !== "string" || typeof schema.description === "string") return [];
  return typeName([schema.title]) === typeName(parts.slice(-1)) ? [] : [schema.title];
}
