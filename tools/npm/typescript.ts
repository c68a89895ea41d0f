// loadTypeScript(): the parts of TypeScript's API that build the package.

import { createRequire } from "node:module";
import { explainMissing, PACKAGING_FOLDER } from "../peers.ts";

/** A mistake that TypeScript has found. */
export interface Diagnostic {
  readonly messageText: string | { readonly messageText: string };
}

/** The result of compiling one file. */
export interface Transpiled {
  readonly outputText: string;
  readonly diagnostics?: readonly Diagnostic[];
}

/** How one file is compiled. */
export interface TranspileOptions {
  readonly fileName: string;
  readonly compilerOptions: Readonly<Record<string, boolean | number | string>>;
  readonly reportDiagnostics: boolean;
}

/** A node of a parsed file. */
export interface SyntaxNode {
  readonly kind: number;
  readonly pos: number;
  readonly end: number;
  /** The doc comments before it. */
  readonly jsDoc?: readonly SyntaxNode[];
  /** The specifier of an import or export declaration. */
  readonly moduleSpecifier?: StringNode;
  /** The function of a call. */
  readonly expression?: SyntaxNode;
  /** The arguments of a call. */
  readonly arguments?: readonly SyntaxNode[];
  /** The members of a class. */
  readonly members?: readonly SyntaxNode[];
  /** The name of a member. */
  readonly name?: SyntaxNode;
  /** The argument of a type such as `import("…")`. */
  readonly argument?: { readonly literal?: SyntaxNode };
}

/** A string in the code. */
export interface StringNode extends SyntaxNode {
  readonly text: string;
}

/** The API of TypeScript, as far as it is used. */
export interface TypeScript {
  readonly ScriptTarget: { readonly ES2024: number };
  readonly ModuleKind: { readonly ESNext: number };
  readonly NewLineKind: { readonly LineFeed: number };
  readonly SyntaxKind: Readonly<
    Record<"ComputedPropertyName" | "ImportKeyword" | "ImportType" | "PropertyDeclaration" | "StringLiteral", number>
  >;
  /** Returns the code of a module, without types. */
  transpileModule(text: string, options: TranspileOptions): Transpiled;
  /** Returns the declarations of a module, which has `isolatedDeclarations`. */
  transpileDeclaration(text: string, options: TranspileOptions): Transpiled;
  /** Parses a file. */
  createSourceFile(fileName: string, text: string, target: number, setParentNodes: boolean): SyntaxNode;
  /** Calls a function for each child of a node. */
  forEachChild(node: SyntaxNode, visit: (child: SyntaxNode) => void): void;
}

/**
 * Loads TypeScript, which `deno task peers` installs.
 *
 * @throws {Error} If it is not installed.
 */
export function loadTypeScript(): TypeScript {
  const missing = explainMissing("packaging");
  if (missing !== undefined) throw new Error(`Cannot build the npm package: TypeScript is ${missing}`);
  return createRequire(import.meta.url)(`${PACKAGING_FOLDER}/node_modules/typescript`);
}
