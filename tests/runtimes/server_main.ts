// Runs cases of the server in Node or Bun. Each line of stdin is the name of a case. The program prints its error, or
// "", as one line of JSON. The argument is the name of the runtime.

import { argv, stdin } from "node:process";
import { createInterface } from "node:readline";
import { runServerCase } from "./server_conformance.ts";
import type { Runtime } from "./server_fixture.ts";

for await (const name of createInterface({ input: stdin })) {
  console.log(JSON.stringify(await runServerCase(name, argv[2] as Runtime, "direct")));
}
