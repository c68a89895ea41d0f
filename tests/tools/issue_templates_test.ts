// The issue templates of GitHub name the current version of the package, and ask for the output of its command line.

import { assertStringIncludes } from "@std/assert/string-includes";
import config from "../../deno.json" with { type: "json" };
import { PROJECT } from "../support/project_files.ts";

function readTemplate(name: string): Promise<string> {
  return Deno.readTextFile(new URL(`.github/ISSUE_TEMPLATE/${name}`, PROJECT));
}

Deno.test("the issue templates link to the troubleshooting page of the current version", async () => {
  const page = `\n    url: https://jsr.io/${config.name}/${config.version}/docs/troubleshooting.md\n`;
  assertStringIncludes(await readTemplate("config.yml"), page);
});

Deno.test("the bug report asks for the version and the output of doctor", async () => {
  const text = await readTemplate("bug_report.yml");
  assertStringIncludes(text, "`foxglove-ws --version`");
  assertStringIncludes(text, `\`deno run -A jsr:${config.name}/cli doctor --url ws://localhost:8765\``);
  assertStringIncludes(text, `placeholder: "foxglove-ws ${config.version}, `);
});
