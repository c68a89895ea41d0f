// deno.json agrees with itself.

import { assertStringIncludes } from "@std/assert/string-includes";
import config from "../../deno.json" with { type: "json" };

Deno.test("deno.json: `deno doc --lint` is given every export", () => {
  assertStringIncludes(config.tasks.checks.command, `deno doc --lint $STD ${Object.values(config.exports).join(" ")} `);
});
