// literalNode(): the type of a single JSON value.

import { stringLiteral } from "./literals.ts";
import { textNode, type TypeNode } from "./type_node.ts";

/** Returns the type whose only value is this JSON value. */
export function literalNode(value: unknown): TypeNode {
  if (typeof value === "string") return textNode(stringLiteral(value));
  if (typeof value !== "object" || value === null) return textNode(JSON.stringify(value));
  if (Array.isArray(value)) {
    return { kind: "tuple", items: value.map((item) => ({ type: literalNode(item), isOptional: false })) };
  }
  const members = Object.entries(value).map(([name, member]) => ({
    name,
    type: literalNode(member),
    isOptional: false,
    doc: [],
  }));
  return { kind: "object", members };
}
