// Runs cases in Node. Each line of stdin is the name of a case. The program prints its error, or "", as one line of
// JSON.
//
// Arguments: the harness's origin, and the WebSocket to use, "node" or "ws".

import { argv, stdin } from "node:process";
import { createInterface } from "node:readline";
import { WebSocket } from "npm:ws@^8.18";
import { runCase } from "./conformance.ts";

const [origin = "", webSocketKind] = argv.slice(2);
const options = webSocketKind === "ws"
  ? { createWebSocket: (url: string, subprotocols: string[]) => new WebSocket(url, subprotocols) }
  : {};

for await (const name of createInterface({ input: stdin })) {
  console.log(JSON.stringify(await runCase(name, origin, options)));
}
