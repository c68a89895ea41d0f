// The cases of the server in Deno with both transports, in Node and in Bun.

import { testWith } from "../support/needed_programs.ts";
import { SERVER_RUNTIMES } from "../support/server_runtimes.ts";
import { bundleForNode, NodeProcess } from "./node_process.ts";
import { runAll } from "./runner.ts";
import { runServerCase, SERVER_CASES } from "./server_conformance.ts";

for (const transport of ["native", "direct"] as const) {
  Deno.test(`FoxgloveServer passes all cases in Deno, transport "${transport}"`, async (t) => {
    await runAll(t, SERVER_CASES, (name) => runServerCase(name, "Deno", transport));
  });
}

for (const [name, program] of SERVER_RUNTIMES) {
  testWith(program, `FoxgloveServer passes all cases in ${name}`, async (t, path) => {
    const folder = await Deno.makeTempDir();
    try {
      const bundle = `${folder}/server_main.mjs`;
      await bundleForNode(bundle, new URL("server_main.ts", import.meta.url));
      await using process = new NodeProcess(path, bundle, name);
      await runAll(t, SERVER_CASES, (each) => process.run(each));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
