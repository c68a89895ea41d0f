// Runs the conversation in Deno or Node, and prints the report as one line of JSON.
//
// The arguments are the URL, the subprotocols separated by commas, and for npm's ws the folder of the npm packages.
// Otherwise the program uses the WebSocket of the runtime.

import { createRequire } from "node:module";
import { argv } from "node:process";
import { converse } from "./converse.ts";

const [url = "", subprotocols = "", folder] = argv.slice(2);
const Socket: typeof WebSocket = folder === undefined ? WebSocket : createRequire(`${folder}/`)("ws").WebSocket;
console.log(JSON.stringify(await converse(new Socket(url, subprotocols.split(",")))));
