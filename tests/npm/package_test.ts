// The npm package, installed into an empty folder: its programs on Node and Bun, and its types.

import { assertEquals } from "@std/assert/equals";
import { explainMissing } from "../../tools/peers.ts";
import { testWith } from "../support/needed_programs.ts";
import { PROJECT } from "../support/project_files.ts";
import { BUN, NODE_22, OLDEST_NODE } from "../support/server_runtimes.ts";
import { CLI_CASES, InstalledCli } from "./cli_cases.ts";
import { type Ended, InstalledPackage, NAME, PACKAGING } from "./installed_package.ts";
import { checkServesExpress } from "./express_case.ts";
import { TYPE_CASES } from "./type_cases.ts";

const PROGRAMS = new URL("tests/npm/programs/", PROJECT);
const RUNTIMES = [["Node", NODE_22], ["the oldest Node", OLDEST_NODE], ["Bun", BUN]] as const;

function assertPassed({ code, stdout, stderr }: Ended, output: string): void {
  assertEquals({ code, stdout, stderr }, { code: 0, stdout: output, stderr: "" });
}

testWith(PACKAGING, "the npm package works after `npm install`", async (t) => {
  await using installed = await InstalledPackage.create();
  for (const name of ["use_all.mjs", "use_all.ts", "web.ts"]) {
    await installed.write(name, await Deno.readTextFile(new URL(name, PROGRAMS)));
  }

  for (const [runtime, { path, missing }] of RUNTIMES) {
    const isMissing = path === undefined && Deno.env.get("CI") !== "true";
    const step = (name: string, run: (path: string) => Promise<void>) =>
      t.step({
        name: `${runtime}: ${name}${isMissing ? ` (skipped: ${missing})` : ""}`,
        ignore: isMissing,
        fn: () => run(path ?? missing),
      });
    await step("a program uses every sub-path", async (path) => {
      assertPassed(await installed.run(path, ["use_all.mjs"]), "ok\n");
    });
    for (const [name, run] of Object.entries(CLI_CASES)) {
      await step(`the command line ${name}`, (path) => run(new InstalledCli(installed, path)));
    }
    await t.step({
      name: `${runtime}: the server works within Express`,
      ignore: isMissing || explainMissing("frameworks") !== undefined && Deno.env.get("CI") !== "true",
      fn: () => checkServesExpress(installed, path ?? missing),
    });
  }

  await t.step("npx starts the command line", async () => {
    const { code, stdout } = await installed.run("npx", ["--no-install", "foxglove-ws", "--help"]);
    assertEquals([code, stdout.split(":")[0]], [0, "foxglove-ws"]);
  });

  await t.step("a CommonJS program can require it", async () => {
    const program = `console.log(typeof require("${NAME}").FoxgloveServer)`;
    const { code, stdout } = await installed.run(NODE_22.path!, ["-e", program]);
    assertEquals([code, stdout], [0, "function\n"]);
  });

  await t.step("a server loads neither schemas nor the status page", async () => {
    const hook = 'import { registerHooks } from "node:module"; const urls = []; ' +
      "registerHooks({ load(url, context, next) { urls.push(url); return next(url, context); } }); " +
      `await import("${NAME}"); const isUnused = (url) => url.includes("/schemas/") || url.includes("/page_html"); ` +
      "console.log(urls.length > 100, urls.filter(isUnused).length);";
    const { code, stdout } = await installed.run(NODE_22.path!, ["--input-type=module", "-e", hook]);
    assertEquals([code, stdout], [0, "true 0\n"]);
  });

  for (const [name, run] of Object.entries(TYPE_CASES)) await t.step(`TypeScript ${name}`, () => run(installed));
});
