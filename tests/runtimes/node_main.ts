// Runs cases in Node: for each line of stdin, a case's name, it prints a line with what went wrong, as JSON.
//
// Arguments: the harness's origin, and whose WebSocket it is to be, "node" or "ws".

import { argv, stdin } from "node:process";
import { createInterface } from "node:readline";
import { WebSocket } from "npm:ws@^8.18";
import { runCase } from "./conformance.ts";

const [origin = "", whose] = argv.slice(2);
const options = whose === "ws"
  ? { createWebSocket: (url: string, subprotocols: string[]) => new WebSocket(url, subprotocols) }
  : {};

for await (const name of createInterface({ input: stdin })) {
  console.log(JSON.stringify(await runCase(name, origin, options)));
}
