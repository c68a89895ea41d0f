// TypeInit: a type that the file exports, before it has a name.

import type { NameInit } from "./names.ts";
import type { TypeNode } from "./type_node.ts";

/** Returns the name of the type with a key. */
export type NameOf = (key: string) => string;

/** A type that the file exports. */
export interface TypeInit extends NameInit {
  /** The paragraphs of its doc comment. */
  readonly doc: readonly string[];
  /** Creates the declaration, when all types have names. */
  declare(nameOf: NameOf): Declaration;
}

/** A declaration of a type. */
export type Declaration =
  | { readonly kind: "type"; readonly type: TypeNode; readonly doc?: readonly string[] }
  /** The names and numbers of an enum. */
  | { readonly kind: "enum"; readonly numbers: ReadonlyMap<string, number> };
