// npm's @foxglove/ws-protocol server on Node, over npm's ws, in the matrix. Takes a scene, and the folder of its packages.
// Commands and events go as in ../server_peer.ts.

import { Buffer } from "node:buffer";
import { createRequire } from "node:module";
import process from "node:process";
import { createInterface } from "node:readline";

/** No server lives longer, whatever becomes of the test. */
const MAX_LIFE_MS = 120_000;

const scene = JSON.parse(process.argv[2]);
const require = createRequire(`${process.argv[3]}/`);
const { FetchAssetStatus, FoxgloveServer } = require("@foxglove/ws-protocol");
const { WebSocketServer } = require("ws");

const parameters = new Map(scene.parameters.map((parameter) => [parameter.name, parameter]));
const services = new Map();
const channels = new Map();
const server = new FoxgloveServer({
  name: scene.name,
  sessionId: scene.sessionId,
  // Of connectionGraph it knows the name only.
  capabilities: ["clientPublish", "parameters", "parametersSubscribe", "services", "assets", "time"],
  supportedEncodings: ["json"],
});
for (const channel of scene.channels) channels.set(channel.topic, server.addChannel(channel));
for (const service of scene.services) services.set(server.addService(service), service.name);

server.on("subscribe", (id) => {
  tell({ saw: "subscribe", topic: [...channels].find((entry) => entry[1] === id)?.[0] });
});
server.on(
  "advertise",
  ({ topic, encoding, schemaName }) => tell({ saw: "advertise", topic, encoding, schemaName }),
);
// It names the channel that is gone by its id alone, and has forgotten the rest.
const advertised = new Map();
server.on("advertise", ({ id, topic }) => advertised.set(id, topic));
server.on("unadvertise", ({ channelId }) => tell({ saw: "unadvertise", topic: advertised.get(channelId) }));
server.on("message", ({ channel, data }) => {
  tell({ saw: "message", topic: channel.topic, payload: Buffer.from(data).toString("base64") });
});
server.on("getParameters", ({ parameterNames, id }, connection) => {
  const known = [...parameters.values()].filter(({ name }) => !parameterNames.length || parameterNames.includes(name));
  server.publishParameterValues(known, id, connection);
});
server.on("setParameters", ({ parameters: changes, id }, connection) => {
  for (const change of changes) {
    if (change.value === undefined) parameters.delete(change.name);
    else parameters.set(change.name, change);
  }
  const inForce = changes.map(({ name }) => parameters.get(name) ?? { name });
  server.publishParameterValues(inForce, id, connection);
  server.updateParameterValues(inForce);
});
server.on("serviceCallRequest", ({ serviceId, callId, encoding, data }, connection) => {
  if (services.get(serviceId) !== "/add") {
    const failure = { op: "serviceCallFailure", serviceId, callId, message: scene.failure };
    return server.sendServiceCallFailure(failure, connection);
  }
  const { a, b } = JSON.parse(Buffer.from(data).toString());
  const sum = Buffer.from(JSON.stringify({ sum: a + b }));
  server.sendServiceCallResponse({ serviceId, callId, encoding, data: sum }, connection);
});
server.on("fetchAsset", ({ uri, requestId }, connection) => {
  const data = Buffer.from(scene.asset.base64, "base64");
  const response = uri === scene.asset.uri
    ? { status: FetchAssetStatus.SUCCESS, data }
    : { status: FetchAssetStatus.ERROR, error: scene.failure };
  server.sendFetchAssetResponse({ requestId, ...response }, connection);
});

const sockets = new WebSocketServer({
  host: "127.0.0.1",
  port: scene.port,
  handleProtocols: (protocols) => server.handleProtocols(protocols),
});
sockets.on("listening", () => tell({ port: sockets.address().port }));
sockets.on("connection", (socket, request) => server.handleConnection(socket, request.socket.remoteAddress));
setTimeout(() => process.exit(1), MAX_LIFE_MS);

const COMMANDS = {
  addChannel: ({ channel }) => void channels.set(channel.topic, server.addChannel(channel)),
  removeChannel: ({ topic }) => server.removeChannel(channels.get(topic)),
  send: ({ topic, timestamp, payload }) =>
    server.sendMessage(channels.get(topic), BigInt(timestamp), Buffer.from(payload, "base64")),
  updateParameters({ parameters: changes }) {
    for (const change of changes) parameters.set(change.name, change);
    server.updateParameterValues(changes);
  },
  time: ({ timestamp }) => server.broadcastTime(BigInt(timestamp)),
  status: ({ level, message, id }) => server.sendStatus({ level, message, id }),
  removeStatus: ({ id }) => server.removeStatus([id]),
};

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  const obey = COMMANDS[command.do];
  obey?.(command);
  tell(obey ? { done: true } : { cannot: command.do });
}
process.exit(0);

function tell(line) {
  console.log(JSON.stringify(line));
}
