// The parts of the tool that builds the npm package.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import config from "../../deno.json" with { type: "json" };
import { checkPackage } from "../../tools/npm/check.ts";
import { Compiler } from "../../tools/npm/compiler.ts";
import { createManifest } from "../../tools/npm/manifest.ts";
import { collectPages, relativeLinks } from "../../tools/npm/pages.ts";
import { stdFileOf } from "../../tools/npm/std_files.ts";
import { testWith } from "../support/needed_programs.ts";
import { TYPESCRIPT } from "../support/server_runtimes.ts";

const SOURCE = `// What lives here.
import { a } from "./a.ts";
import type { B } from "../b.ts";
export * from "./c.ts";
/** Doc with import("./doc.ts"). */
export class Thing implements Disposable {
  /** Member. */
  readonly text: string = "from \\"./text.ts\\"";
  /** Ends it. */
  [Symbol.dispose](): void {}
}
/** Loads. */
export function load(b: B): Promise<typeof import("./d.ts")> {
  a(b); // stays
  return /* @__PURE__ */ import("./d.ts");
}
`;

const toJs = (specifier: string) => specifier.replace(/\.ts$/, ".js");

testWith(TYPESCRIPT, "Compiler writes JavaScript without types and doc comments", () => {
  const code = new Compiler().toJavaScript(SOURCE, "module.ts", toJs);
  assertEquals(
    code,
    `// What lives here.
import { a } from "./a.js";
export * from "./c.js";
export class Thing {
    text = "from \\"./text.ts\\"";
    [Symbol.dispose]() { }
}
export function load(b) {
    a(b); // stays
    return /* @__PURE__ */ import("./d.js");
}
`,
  );
  return Promise.resolve();
});

testWith(TYPESCRIPT, "Compiler writes declarations with their docs and one declaration of each method", () => {
  const code = new Compiler().toDeclarations(SOURCE, "module.ts", toJs);
  assertEquals(
    code,
    `/// <reference lib="esnext.disposable" />
import type { B } from "../b.js";
export * from "./c.js";
/** Doc with import("./doc.ts"). */
export declare class Thing implements Disposable {
    /** Member. */
    readonly text: string;
    /** Ends it. */
    [Symbol.dispose](): void;
}
/** Loads. */
export declare function load(b: B): Promise<typeof import("./d.js")>;
`,
  );
  return Promise.resolve();
});

testWith(TYPESCRIPT, "Compiler keeps the modules that a program computes, and rejects them in modules", () => {
  const compiler = new Compiler();
  const program = 'import { a } from "./a.ts";\nawait import(a(Deno.args));\n';
  assertEquals(compiler.rewrite(program, toJs), program.replace("a.ts", "a.js"));
  assertEquals(compiler.specifiersOf(program), ["./a.ts"]);
  assertThrows(() => compiler.toJavaScript(program, "module.ts", toJs), Error, "it has no fixed name");
  return Promise.resolve();
});

testWith(TYPESCRIPT, "Compiler rejects code without explicit types", () => {
  assertThrows(
    () => new Compiler().toDeclarations("export const a = f();", "m.ts", toJs),
    Error,
    'Cannot compile "m.ts"',
  );
  return Promise.resolve();
});

const PACKAGE: Readonly<Record<string, string>> = {
  "package.json": JSON.stringify({
    exports: { ".": { types: "./dist/m.d.ts", default: "./dist/m.js" } },
    bin: { b: "dist/b.js" },
  }),
  "dist/m.js": 'import "node:net"; import "./b.js";',
  "dist/m.d.ts": 'export * from "./t.js";',
  "dist/t.d.ts": "export {};",
  "dist/b.js": "#!/usr/bin/env node\n",
  "README.md": "[folder](docs) [page](docs/a.md#b) [site](https://a.example)",
  "docs/a.md": "[up](../README.md)",
};

/** Returns the faults of the package with other files. `undefined` removes a file. */
function faultsWith(changes: Record<string, string | undefined>): string[] {
  const files = new Map(Object.entries({ ...PACKAGE, ...changes }).filter(([, text]) => text !== undefined));
  const compiler = new Compiler();
  return checkPackage({
    paths: new Set(files.keys()),
    read: (path) => files.get(path)!,
    specifiersOf: (text) => compiler.specifiersOf(text),
  });
}

testWith(TYPESCRIPT, "checkPackage() finds missing files, imports from outside and dependencies", () => {
  assertEquals(faultsWith({}), []);
  assertEquals(faultsWith({ "dist/t.d.ts": undefined }), ['dist/m.d.ts: imports "./t.js", which does not exist']);
  assertEquals(faultsWith({ "dist/m.js": 'import "ws"; import("./n.js");' }), [
    'dist/m.js: imports "ws"',
    'dist/m.js: imports "./n.js", which does not exist',
  ]);
  assertEquals(faultsWith({ "dist/m.d.ts": 'import "node:net";' }), ['dist/m.d.ts: imports "node:net"']);
  assertEquals(faultsWith({ "dist/b.js": "" }), [
    'package.json: "dist/b.js" does not begin with "#!/usr/bin/env node"',
  ]);
  assertEquals(faultsWith({ "dist/m.d.ts": undefined }), ['package.json: "./dist/m.d.ts" does not exist']);
  assertEquals(faultsWith({ "package.json": '{"dependencies":{},"scripts":{}}' }), [
    'package.json: has "dependencies"',
    'package.json: has "scripts"',
  ]);
  assertEquals(faultsWith({ "docs/a.md": undefined }), [
    'README.md: links to "docs", which does not exist',
    'README.md: links to "docs/a.md", which does not exist',
  ]);
  return Promise.resolve();
});

Deno.test("createManifest() takes name, version, licence and sub-paths from deno.json", () => {
  const manifest = createManifest({ ...config, name: "@scope/foxglove-ws" }, "https://site.example/a/b");
  assertEquals([manifest.name, manifest.version, manifest.license], ["@scope/foxglove-ws", config.version, "MIT"]);
  assertEquals(Object.keys(manifest.exports), [
    ".",
    "./cli",
    "./client",
    "./mcap",
    "./nats",
    "./protocol",
    "./relay",
    "./schemas",
    "./package.json",
  ]);
  assertEquals(manifest.bin, { "foxglove-ws": "dist/src/cli/main.js" });
  assertEquals(manifest.repository, { type: "git", url: "git+https://site.example/a/b.git" });
  assertEquals("repository" in createManifest(config), false);
});

Deno.test("stdFileOf() finds modules from JSR and from npm", () => {
  const jsr = "https://jsr.example/@std/cli/1.2.3/parse_args.ts";
  assertEquals(
    stdFileOf("jsr:@std/cli@^1/parse-args", {
      modules: [{ specifier: jsr, local: "/cache/123" }],
      redirects: { "jsr:@std/cli@^1/parse-args": jsr },
    }),
    { path: "cli/parse_args.js", file: "/cache/123" },
  );
  const npm = "npm:/deno-std@1.4.0/cli/parse_args.js";
  assertEquals(
    stdFileOf("npm:deno-std@1.4.0/cli/parse_args.js", {
      modules: [{ specifier: npm }],
      redirects: { "npm:deno-std@1.4.0/cli/parse_args.js": npm },
      npmPackages: { "deno-std@1.4.0": { localPath: "/cache/deno-std" } },
    }),
    { path: "cli/parse_args.js", file: "/cache/deno-std/cli/parse_args.js" },
  );
  assertThrows(() => stdFileOf("jsr:@std/cli", { modules: [] }), Error, "Deno has no file of it");
});

Deno.test("collectPages() follows the links of pages, and ignores links in code", () => {
  const pages: Record<string, string> = {
    "README.md": '[a](docs/a.md#x "title") `[b](b.md)`\n\n```\n[c](c.md)\n```\n<img src="p.png">\n[d]: examples\n',
    "docs/a.md": "[up](../README.md) [site](https://a.example)",
  };
  assertEquals(relativeLinks(pages["README.md"]!), ["docs/a.md", "examples", "p.png"]);
  const list = (path: string) => path === "examples" ? ["examples/e.ts"] : [path];
  const found = collectPages(["README.md"], (path) => pages[path]!, list);
  assertEquals(found, ["README.md", "docs/a.md", "examples/e.ts", "p.png"]);
});
