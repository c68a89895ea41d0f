// The attacker of a stall scenario. Its only argument is `AttackerArgs`, as JSON.
//
// It prints "ready", attacks after a line on stdin, and prints its figures as one line of JSON. It exits when stdin
// ends, so that its CPU time can be read before.

import { lines } from "../../tests/support/program.ts";
import { scenarioNamed } from "./scenarios.ts";
import { askServer, type AttackerArgs } from "./stall_scenario.ts";

const { scenario: name, port }: AttackerArgs = JSON.parse(Deno.args[0] ?? "");
const attack = await scenarioNamed(name).prepare({ port, ask: () => askServer(port) });
const input = lines(Deno.stdin.readable);
console.log("ready");
await input.next();
console.log(JSON.stringify(await attack()));
await input.next();
Deno.exit();
