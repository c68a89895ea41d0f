// JsonTypeReader: converts a part of a JSON Schema to a type.

import { isObject } from "../../protocol/json_object.ts";
import type { JsonDocument, JsonSchema } from "./json_document.ts";
import { directReferences, docOf, impliedType, MAX_DEPTH } from "./json_keywords.ts";
import { literalNode } from "./literal_node.ts";
import {
  intersectionOf,
  isSame,
  type Member,
  NEVER,
  NULL,
  textNode,
  type TupleItem,
  type TypeNode,
  UNDEFINED,
  unionOf,
  UNKNOWN,
} from "./type_node.ts";

/** How schemas are read. */
export interface JsonTypeOptions {
  /** Whether all members are present if an object has no `required`, as in schemas that only list the members. */
  readonly assumesRequired: boolean;
}

/** Options of {@linkcode JsonTypeReader}. */
export interface JsonTypeReaderOptions extends JsonTypeOptions {
  readonly document: JsonDocument;
  /** Returns the name of the type at a pointer. */
  nameOf(pointer: string): string;
}

/** Members of schemas that restrict values, but that types cannot express. */
const CONDITIONS = ["not", "if", "dependentSchemas", "dependencies", "unevaluatedProperties", "propertyNames"];

const ANY_OBJECT: TypeNode = { kind: "object", members: [], index: UNKNOWN };

/** Converts a part of a schema to a type. */
export class JsonTypeReader {
  readonly #document: JsonDocument;
  readonly #nameOf: (pointer: string) => string;
  readonly #assumesRequired: boolean;
  /** Why parts of the current type are `unknown`. */
  #notes: string[] = [];
  /** The part that is read. */
  #start = "";
  /** Whether the current part is the type at `#start` itself, or a part of its union or intersection. */
  #isDirect = true;

  constructor({ document, nameOf, assumesRequired }: JsonTypeReaderOptions) {
    this.#document = document;
    this.#nameOf = nameOf;
    this.#assumesRequired = assumesRequired;
  }

  /** Returns the type of the part at a pointer, and remarks for its doc comment. */
  read(pointer: string): { type: TypeNode; notes: readonly string[] } {
    this.#start = pointer;
    this.#isDirect = true;
    this.#notes = [];
    return { type: this.#type(this.#document.get(pointer), 0), notes: this.#notes };
  }

  #type(schema: unknown, depth: number): TypeNode {
    if (schema === true) return UNKNOWN;
    if (schema === false) return NEVER;
    if (!isObject(schema)) return this.#unknown("this part of the schema is not a schema");
    if (depth > MAX_DEPTH) return this.#unknown("the schema is too deep");
    const own = this.#ownType(schema, depth);
    const others = [
      ...this.#references(schema),
      ...["anyOf", "oneOf"].flatMap((name) => this.#alternatives(schema[name], depth)),
      ...(Array.isArray(schema.allOf) ? schema.allOf.map((each) => this.#type(each, depth + 1)) : []),
    ];
    // "type": "object" besides the members of another part adds nothing.
    const isImplied = isSame(own, ANY_OBJECT) && others.some((other) => !isSame(other, UNKNOWN));
    const type = intersectionOf(isImplied ? others : [own, ...others]);
    const condition = CONDITIONS.find((name) => name in schema);
    if (condition !== undefined && isSame(type, UNKNOWN)) {
      return this.#unknown(`the schema has "${condition}", which no type expresses`);
    }
    return schema.nullable === true ? unionOf([type, NULL]) : type;
  }

  #references(schema: JsonSchema): TypeNode[] {
    const references = [schema.$ref, schema.$dynamicRef, schema.$recursiveRef];
    return references.filter((each) => typeof each === "string").map((reference) => {
      const pointer = this.#document.resolve(reference);
      if (pointer === undefined) return this.#unknown(`the schema has no part "${reference}"`);
      if (this.#isDirect && this.#leadsToStart(pointer)) return this.#unknown(`"${reference}" contains only itself`);
      return textNode(this.#nameOf(pointer));
    });
  }

  #alternatives(schemas: unknown, depth: number): TypeNode[] {
    return Array.isArray(schemas) ? [unionOf(schemas.map((each) => this.#type(each, depth + 1)))] : [];
  }

  /** The type without references and combinations. */
  #ownType(schema: JsonSchema, depth: number): TypeNode {
    if ("const" in schema) return literalNode(schema.const);
    if (Array.isArray(schema.enum)) return unionOf(schema.enum.map(literalNode));
    const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? impliedType(schema)];
    return unionOf(types.map((type) => this.#typeNamed(type, schema, depth)));
  }

  #typeNamed(type: unknown, schema: JsonSchema, depth: number): TypeNode {
    switch (type) {
      case undefined:
        return UNKNOWN;
      case "string":
      case "boolean":
      case "null":
        return textNode(type);
      case "number":
      case "integer":
        return textNode("number");
      case "array":
        return this.#inside(() => this.#array(schema, depth));
      case "object":
        return this.#inside(() => this.#object(schema, depth));
      default:
        return this.#unknown(`the schema has the type ${JSON.stringify(type)}`);
    }
  }

  #array(schema: JsonSchema, depth: number): TypeNode {
    const { prefixItems = Array.isArray(schema.items) ? schema.items : undefined, minItems } = schema;
    const rest = Array.isArray(schema.items) ? schema.additionalItems : schema.items;
    if (!Array.isArray(prefixItems)) {
      return { kind: "array", item: rest === undefined ? UNKNOWN : this.#type(rest, depth + 1) };
    }
    const min = typeof minItems === "number" ? minItems : prefixItems.length;
    const items: TupleItem[] = prefixItems.map((each, index) => ({
      type: this.#type(each, depth + 1),
      isOptional: index >= min,
    }));
    // Most schemas with `prefixItems` omit `items: false`, but mean it.
    if (rest === undefined || rest === false) return { kind: "tuple", items };
    return { kind: "tuple", items, rest: this.#type(rest, depth + 1) };
  }

  #object(schema: JsonSchema, depth: number): TypeNode {
    const properties = isObject(schema.properties) ? schema.properties : {};
    const required = Array.isArray(schema.required) ? schema.required.filter((each) => typeof each === "string") : [];
    const areRequired = this.#assumesRequired && !Array.isArray(schema.required);
    const members = Object.entries(properties).map(([name, property]) =>
      this.#member(name, property, !areRequired && !required.includes(name), depth)
    );
    for (const name of new Set(required)) {
      if (Object.hasOwn(properties, name)) continue;
      members.push({ name, type: UNKNOWN, isOptional: false, doc: [] });
    }
    const index = this.#index(schema, members, depth);
    return index ? { kind: "object", members, index } : { kind: "object", members };
  }

  #member(name: string, schema: unknown, isOptional: boolean, depth: number): Member {
    const before = this.#notes;
    this.#notes = [];
    const type = this.#type(schema, depth + 1);
    const doc = [...docOf(schema), ...this.#notes];
    this.#notes = before;
    return { name, type, isOptional, doc };
  }

  /** The type of the members that have no property. It includes the types of the others, as TypeScript requires. */
  #index(schema: JsonSchema, members: readonly Member[], depth: number): TypeNode | undefined {
    const { additionalProperties: additional, patternProperties: patterns } = schema;
    const others = isObject(patterns) ? Object.values(patterns) : [];
    if (isObject(additional) || additional === true) others.push(additional);
    if (others.length === 0) return members.length === 0 && additional !== false ? UNKNOWN : undefined;
    const types = others.map((each) => this.#type(each, depth + 1));
    const known = members.flatMap(({ type, isOptional }) => isOptional ? [type, UNDEFINED] : [type]);
    return unionOf([...types, ...known]);
  }

  #inside(read: () => TypeNode): TypeNode {
    const before = this.#isDirect;
    this.#isDirect = false;
    const type = read();
    this.#isDirect = before;
    return type;
  }

  /** Whether a part is the type at `#start`, or contains it directly. Such a type would be its own definition. */
  #leadsToStart(pointer: string): boolean {
    const visited = new Set([pointer]);
    for (const each of visited) {
      if (each === this.#start) return true;
      for (const reference of directReferences(this.#document.get(each))) {
        const next = this.#document.resolve(reference);
        if (next !== undefined) visited.add(next);
      }
    }
    return false;
  }

  #unknown(reason: string): TypeNode {
    const note = `Unknown: ${reason}.`;
    if (!this.#notes.includes(note)) this.#notes.push(note);
    return UNKNOWN;
  }
}
