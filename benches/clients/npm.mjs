// npm's @foxglove/ws-protocol client: on Node with npm's ws, on Deno with the platform's WebSocket. Its arguments are a
// plan and the folder of its packages.

import { createRequire } from "node:module";
import process from "node:process";
import { counter } from "./count.js";

const plan = JSON.parse(process.argv[2]);
const require = createRequire(`${process.argv[3]}/`);
const { FoxgloveClient } = require("@foxglove/ws-protocol");
const Socket = "Deno" in globalThis ? WebSocket : require("ws").WebSocket;

const socket = new Socket(`ws://127.0.0.1:${plan.port}`, [FoxgloveClient.SUPPORTED_SUBPROTOCOL]);
const client = new FoxgloveClient({ ws: socket });
const count = counter(plan, () => process.exit(0));
client.on("advertise", ([channel]) => client.subscribe(channel.id));
client.on("message", ({ data }) => count(data.byteLength));
client.on("error", (error) => {
  throw error;
});
