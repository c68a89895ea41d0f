// Compiler: one TypeScript module to JavaScript and declarations.

import {
  loadTypeScript,
  type StringNode,
  type SyntaxNode,
  type Transpiled,
  type TranspileOptions,
  type TypeScript,
} from "./typescript.ts";

/** Returns the specifier that the package uses instead of the one in the source. */
export type Rewrite = (specifier: string) => string;

/** What happens with dynamic imports whose specifier is not a string, but computed. */
type ComputedImports = "reject" | "skip";

/** Declares `Symbol.dispose`, `Disposable` and the like. */
const DISPOSABLE = '/// <reference lib="esnext.disposable" />\n';

/** Compiles single files, which is possible because the sources have `isolatedDeclarations`. */
export class Compiler {
  readonly #typescript: TypeScript;

  /** @throws {Error} If TypeScript is not installed. */
  constructor() {
    this.#typescript = loadTypeScript();
  }

  /**
   * Returns the JavaScript of a module, without doc comments: the declarations have them.
   *
   * @throws {Error} If TypeScript reports a mistake.
   */
  toJavaScript(text: string, fileName: string, rewrite: Rewrite): string {
    const { transpileModule } = this.#typescript;
    const code = checked(transpileModule(text, this.#optionsFor(fileName, {})), fileName);
    return this.#replaced(this.#withoutDocs(code), rewrite, "reject");
  }

  /**
   * Returns the declarations of a module.
   *
   * @throws {Error} If TypeScript reports a mistake.
   */
  toDeclarations(text: string, fileName: string, rewrite: Rewrite): string {
    const { transpileDeclaration } = this.#typescript;
    const code = checked(
      transpileDeclaration(text, this.#optionsFor(fileName, { declaration: true, isolatedDeclarations: true })),
      fileName,
    );
    const result = this.#replaced(this.#withoutDuplicates(code), rewrite, "reject");
    // Programs may have an older `lib`.
    return /\bSymbol\.(asyncD|d)ispose\b|\b(Async)?Disposable\b/.test(result) ? DISPOSABLE + result : result;
  }

  /** Returns the specifiers of all imports and exports of JavaScript, TypeScript or declarations. */
  specifiersOf(text: string): string[] {
    return this.#specifiers(text, "skip").map((node) => node.text);
  }

  /** Replaces the specifiers of all imports and exports of a program. Modules that it computes stay as they are. */
  rewrite(text: string, rewrite: Rewrite): string {
    return this.#replaced(text, rewrite, "skip");
  }

  #optionsFor(fileName: string, more: TranspileOptions["compilerOptions"]): TranspileOptions {
    const { ScriptTarget, ModuleKind, NewLineKind } = this.#typescript;
    return {
      fileName,
      reportDiagnostics: true,
      compilerOptions: {
        // Node 22 and browsers lack `using`, which TypeScript converts for every target but ESNext.
        target: ScriptTarget.ES2024,
        module: ModuleKind.ESNext,
        newLine: NewLineKind.LineFeed,
        isolatedModules: true,
        strict: true,
        exactOptionalPropertyTypes: true,
        ...more,
      },
    };
  }

  #replaced(text: string, rewrite: Rewrite, computed: ComputedImports): string {
    let result = "";
    let last = 0;
    for (const { end, text: specifier } of this.#specifiers(text, computed)) {
      // The end is behind the quote.
      const start = end - 1 - specifier.length;
      result += text.slice(last, start) + rewrite(specifier);
      last = end - 1;
    }
    return result + text.slice(last);
  }

  /** Finds the specifiers of imports, exports, dynamic imports and types such as `import("…")`, in their order. */
  #specifiers(text: string, computed: ComputedImports): StringNode[] {
    const { SyntaxKind } = this.#typescript;
    const found: StringNode[] = [];
    this.#visit(text, (node) => {
      const isDynamic = node.expression?.kind === SyntaxKind.ImportKeyword;
      const argument = node.kind === SyntaxKind.ImportType ? node.argument?.literal : undefined;
      const specifier = node.moduleSpecifier ?? argument ?? (isDynamic ? node.arguments?.[0] : undefined);
      if (specifier === undefined) return;
      if (specifier.kind === SyntaxKind.StringLiteral) found.push(specifier as StringNode);
      else if (computed === "reject") throw new Error("Cannot read an import: it has no fixed name");
    });
    return found.sort((a, b) => a.pos - b.pos);
  }

  #visit(text: string, visitor: (node: SyntaxNode) => void): void {
    const { ScriptTarget, createSourceFile, forEachChild } = this.#typescript;
    const visit = (node: SyntaxNode) => {
      visitor(node);
      forEachChild(node, visit);
    };
    visit(createSourceFile("module.ts", text, ScriptTarget.ES2024, false));
  }

  #withoutDocs(code: string): string {
    const ranges = new Map<number, number>();
    this.#visit(code, ({ jsDoc = [] }) => jsDoc.forEach(({ pos, end }) => ranges.set(pos, end)));
    return without(code, ranges, /^\s*/);
  }

  /** TypeScript declares a method with a computed name, such as `Symbol.dispose`, a second time: as a property. */
  #withoutDuplicates(code: string): string {
    const { ComputedPropertyName, PropertyDeclaration } = this.#typescript.SyntaxKind;
    const ranges = new Map<number, number>();
    this.#visit(code, ({ members = [] }) => {
      const nameOf = ({ name }: SyntaxNode) =>
        name?.kind === ComputedPropertyName
          ? code.slice(name.pos, name.end).trim().split("\n").at(-1)!.trim()
          : undefined;
      const methods = new Set(members.filter(({ kind }) => kind !== PropertyDeclaration).map(nameOf));
      for (const member of members) {
        const name = nameOf(member);
        if (name !== undefined && member.kind === PropertyDeclaration && methods.has(name)) {
          ranges.set(member.pos, member.end);
        }
      }
    });
    return without(code, ranges);
  }
}

/** Returns the code without these ranges, from a start to an end, and without what `after` matches behind each. */
function without(code: string, ranges: ReadonlyMap<number, number>, after = /^/): string {
  let result = "";
  let last = 0;
  for (const [start, end] of [...ranges].sort(([a], [b]) => a - b)) {
    result += code.slice(last, start);
    last = end + code.slice(end).match(after)![0].length;
  }
  return result + code.slice(last);
}

function checked({ outputText, diagnostics = [] }: Transpiled, fileName: string): string {
  const [first] = diagnostics;
  if (first === undefined) return outputText;
  const { messageText } = first;
  throw new Error(
    `Cannot compile "${fileName}": ${typeof messageText === "string" ? messageText : messageText.messageText}`,
  );
}
