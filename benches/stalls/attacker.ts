// The attacker of a stall case. Its one argument is `AttackerArgs`, as JSON.
//
// It prints "ready", attacks when a line comes on stdin, prints its figures as one line of JSON, and ends when stdin ends: until then,
// its CPU time can be read.

import { lines } from "../../tests/support/program.ts";
import { caseNamed } from "./cases.ts";
import { askServer, type AttackerArgs } from "./stall_case.ts";

const { case: name, port }: AttackerArgs = JSON.parse(Deno.args[0] ?? "");
const attack = await caseNamed(name).prepare({ port, ask: () => askServer(port) });
const input = lines(Deno.stdin.readable);
console.log("ready");
await input.next();
console.log(JSON.stringify(await attack()));
await input.next();
Deno.exit();
