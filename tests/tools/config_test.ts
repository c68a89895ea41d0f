// deno.json is consistent with itself and with .editorconfig.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import config from "../../deno.json" with { type: "json" };
import { VERSION } from "../../src/version.ts";
import { PROJECT } from "../support/project_files.ts";

Deno.test("deno.json passes every export to `deno doc --lint`", () => {
  assertStringIncludes(config.tasks.checks.command, `deno doc --lint $STD ${Object.values(config.exports).join(" ")} `);
});

Deno.test("every export has a page of docs that names it and has an example", async () => {
  const faults: string[] = [];
  for (const [key, file] of Object.entries(config.exports)) {
    const text = await Deno.readTextFile(new URL(file, PROJECT));
    const docs = /^\/\*\*\n([\s\S]*?)\*\//.exec(text)?.[1] ?? "";
    if (!docs.includes(" * @module\n")) faults.push(`${file} does not begin with the docs of its module`);
    const examples = docs.split("```").filter((_, index) => index % 2 === 1);
    const name = config.name + key.slice(1);
    if (!examples.some((example) => example.includes(name))) faults.push(`${file} has no example with ${name}`);
  }
  assertEquals(faults, []);
});

Deno.test("the changelog begins with the version of the package", async () => {
  const changelog = await Deno.readTextFile(new URL("CHANGELOG.md", PROJECT));
  assertEquals(/^## (.+)$/m.exec(changelog)?.[1], config.version);
});

Deno.test("the code knows the version of the package", () => {
  assertEquals(VERSION, config.version);
});

Deno.test(".editorconfig has the line width of `deno fmt`", async () => {
  const text = await Deno.readTextFile(`${import.meta.dirname}/../../.editorconfig`);
  assertStringIncludes(text, `\nmax_line_length = ${config.fmt.lineWidth}\n`);
});
