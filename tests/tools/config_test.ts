// deno.json is consistent with itself and with .editorconfig.

import { assertStringIncludes } from "@std/assert/string-includes";
import config from "../../deno.json" with { type: "json" };

Deno.test("deno.json passes every export to `deno doc --lint`", () => {
  assertStringIncludes(config.tasks.checks.command, `deno doc --lint $STD ${Object.values(config.exports).join(" ")} `);
});

Deno.test(".editorconfig has the line width of `deno fmt`", async () => {
  const text = await Deno.readTextFile(`${import.meta.dirname}/../../.editorconfig`);
  assertStringIncludes(text, `\nmax_line_length = ${config.fmt.lineWidth}\n`);
});
