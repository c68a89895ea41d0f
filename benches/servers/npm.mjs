// npm's @foxglove/ws-protocol on Node, over npm's ws: the TypeScript server. Its arguments are a plan and the folder of
// its packages.

import { createRequire } from "node:module";
import process from "node:process";
import { setImmediate } from "node:timers";
import { pace } from "./pacing.js";

const HEAD_BYTES = 13;
/** The server exits after this time, even if the program that started it has crashed. */
const MAX_LIFE_MS = 120_000;

const { payloadBytes, rateHz, perTurn, stampsTime } = JSON.parse(process.argv[2]);
const require = createRequire(`${process.argv[3]}/`);
const { FoxgloveServer } = require("@foxglove/ws-protocol");
const { WebSocketServer } = require("ws");

const payload = new Uint8Array(payloadBytes);
const server = new FoxgloveServer({ name: "bench" });
const channelId = server.addChannel({ topic: "/bench", encoding: "bench", schemaName: "", schema: "" });
let hasSubscribers = false;
server.on("subscribe", () => hasSubscribers = true);
server.on("unsubscribe", () => hasSubscribers = false);

const sockets = new WebSocketServer({
  host: "127.0.0.1",
  port: 0,
  handleProtocols: (protocols) => server.handleProtocols(protocols),
});
sockets.on("listening", () => console.log(sockets.address().port));
sockets.on("connection", (socket, request) => server.handleConnection(socket, request.socket.remoteAddress));
setTimeout(() => process.exit(1), MAX_LIFE_MS);

pace({
  rateHz,
  publish,
  queuedBytes,
  frameBytes: HEAD_BYTES + payloadBytes,
  perTurn,
  stampsTime,
  nextTurn: setImmediate,
});

function publish(timestamp) {
  server.sendMessage(channelId, timestamp, payload);
}

function queuedBytes() {
  if (!hasSubscribers) return undefined;
  let most = 0;
  for (const { bufferedAmount } of sockets.clients) most = Math.max(most, bufferedAmount);
  return most;
}
