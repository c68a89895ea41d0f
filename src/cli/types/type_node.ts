// TypeNode: a type of TypeScript, before it is printed.

/** A type of TypeScript. */
export type TypeNode =
  /** A keyword, a literal or the name of a type, which is printed as it is. */
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "array"; readonly item: TypeNode }
  | { readonly kind: "tuple"; readonly items: readonly TupleItem[]; readonly rest?: TypeNode }
  | { readonly kind: "union" | "intersection"; readonly parts: readonly TypeNode[] }
  | ObjectNode;

/** An item of a tuple. */
export interface TupleItem {
  readonly type: TypeNode;
  readonly isOptional: boolean;
}

/** An object with members. */
export interface ObjectNode {
  readonly kind: "object";
  readonly members: readonly Member[];
  /** The type of the other members. Absent: there are none, or nothing is known about them. */
  readonly index?: TypeNode;
}

/** A member of an object. */
export interface Member {
  readonly name: string;
  readonly type: TypeNode;
  readonly isOptional: boolean;
  /** The paragraphs of its doc comment. */
  readonly doc: readonly string[];
}

export const UNKNOWN: TypeNode = textNode("unknown");
export const NEVER: TypeNode = textNode("never");
export const UNDEFINED: TypeNode = textNode("undefined");
export const NULL: TypeNode = textNode("null");

/** Returns a type that is printed as it is. */
export function textNode(text: string): TypeNode {
  return { kind: "text", text };
}

/** Returns the union of types: each once, and `unknown` if one of them is. */
export function unionOf(types: readonly TypeNode[]): TypeNode {
  const parts = distinct(types.flatMap((type) => type.kind === "union" ? type.parts : [type]));
  if (parts.some((part) => isSame(part, UNKNOWN))) return UNKNOWN;
  return join("union", parts.filter((part) => !isSame(part, NEVER)), NEVER);
}

/** Returns the intersection of types: each once, without `unknown`. */
export function intersectionOf(types: readonly TypeNode[]): TypeNode {
  const parts = distinct(types.flatMap((type) => type.kind === "intersection" ? type.parts : [type]));
  if (parts.some((part) => isSame(part, NEVER))) return NEVER;
  return join("intersection", parts.filter((part) => !isSame(part, UNKNOWN)), UNKNOWN);
}

/** Whether two types are printed as the same text. */
export function isSame(one: TypeNode, other: TypeNode): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** Whether a type contains an intersection. */
export function hasIntersection(type: TypeNode): boolean {
  switch (type.kind) {
    case "text":
      return false;
    case "array":
      return hasIntersection(type.item);
    case "tuple":
      return [...type.items.map((item) => item.type), type.rest ?? NEVER].some(hasIntersection);
    case "union":
      return type.parts.some(hasIntersection);
    case "intersection":
      return true;
    case "object":
      return [...type.members.map((member) => member.type), type.index ?? NEVER].some(hasIntersection);
  }
}

function join(kind: "union" | "intersection", parts: readonly TypeNode[], none: TypeNode): TypeNode {
  const [first = none, ...others] = parts;
  return others.length === 0 ? first : { kind, parts };
}

function distinct(types: readonly TypeNode[]): TypeNode[] {
  return [...new Map(types.map((type) => [JSON.stringify(type), type])).values()];
}
