// The server program for npm's @foxglove/ws-protocol on Node, over npm's ws.
//
// Arguments: the fixture as JSON, and the folder of the packages. ../server_driver.ts documents commands and events.

import { Buffer } from "node:buffer";
import { createRequire } from "node:module";
import process from "node:process";
import { createInterface } from "node:readline";

/** The server exits after this time, even if the test no longer runs. */
const MAX_RUN_TIME_MS = 120_000;

const fixture = JSON.parse(process.argv[2]);
const require = createRequire(`${process.argv[3]}/`);
const { FetchAssetStatus, FoxgloveServer } = require("@foxglove/ws-protocol");
const { WebSocketServer } = require("ws");

const parameters = new Map(fixture.parameters.map((parameter) => [parameter.name, parameter]));
const services = new Map();
const channels = new Map();
const server = new FoxgloveServer({
  name: fixture.name,
  sessionId: fixture.sessionId,
  // The package does not implement connectionGraph.
  capabilities: ["clientPublish", "parameters", "parametersSubscribe", "services", "assets", "time"],
  supportedEncodings: ["json"],
});
for (const channel of fixture.channels) channels.set(channel.topic, server.addChannel(channel));
for (const service of fixture.services) services.set(server.addService(service), service.name);

server.on("subscribe", (id) => {
  report({ event: "subscribe", topic: [...channels].find((entry) => entry[1] === id)?.[0] });
});
server.on(
  "advertise",
  ({ topic, encoding, schemaName }) => report({ event: "advertise", topic, encoding, schemaName }),
);
// The unadvertise event has only the id of the channel.
const advertised = new Map();
server.on("advertise", ({ id, topic }) => advertised.set(id, topic));
server.on("unadvertise", ({ channelId }) => report({ event: "unadvertise", topic: advertised.get(channelId) }));
server.on("message", ({ channel, data }) => {
  report({ event: "message", topic: channel.topic, payload: Buffer.from(data).toString("base64") });
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
  const currentValues = changes.map(({ name }) => parameters.get(name) ?? { name });
  server.publishParameterValues(currentValues, id, connection);
  server.updateParameterValues(currentValues);
});
server.on("serviceCallRequest", ({ serviceId, callId, encoding, data }, connection) => {
  if (services.get(serviceId) !== "/add") {
    const failure = { op: "serviceCallFailure", serviceId, callId, message: fixture.failure };
    return server.sendServiceCallFailure(failure, connection);
  }
  const { a, b } = JSON.parse(Buffer.from(data).toString());
  const sum = Buffer.from(JSON.stringify({ sum: a + b }));
  server.sendServiceCallResponse({ serviceId, callId, encoding, data: sum }, connection);
});
server.on("fetchAsset", ({ uri, requestId }, connection) => {
  const data = Buffer.from(fixture.asset.base64, "base64");
  const response = uri === fixture.asset.uri
    ? { status: FetchAssetStatus.SUCCESS, data }
    : { status: FetchAssetStatus.ERROR, error: fixture.failure };
  server.sendFetchAssetResponse({ requestId, ...response }, connection);
});

const sockets = new WebSocketServer({
  host: "127.0.0.1",
  port: fixture.port,
  handleProtocols: (protocols) => server.handleProtocols(protocols),
});
sockets.on("listening", () => report({ port: sockets.address().port }));
sockets.on("connection", (socket, request) => server.handleConnection(socket, request.socket.remoteAddress));
setTimeout(() => process.exit(1), MAX_RUN_TIME_MS);

const COMMANDS = {
  addChannel: ({ channel }) => void channels.set(channel.topic, server.addChannel(channel)),
  removeChannel: ({ topic }) => server.removeChannel(channels.get(topic)),
  sendMessage: ({ topic, timestamp, payload }) =>
    server.sendMessage(channels.get(topic), BigInt(timestamp), Buffer.from(payload, "base64")),
  updateParameters({ parameters: changes }) {
    for (const change of changes) parameters.set(change.name, change);
    server.updateParameterValues(changes);
  },
  broadcastTime: ({ timestamp }) => server.broadcastTime(BigInt(timestamp)),
  sendStatus: ({ level, message, id }) => server.sendStatus({ level, message, id }),
  removeStatus: ({ id }) => server.removeStatus([id]),
};

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  const execute = COMMANDS[command.type];
  execute?.(command);
  report(execute ? { done: true } : { unsupported: command.type });
}
process.exit(0);

function report(line) {
  console.log(JSON.stringify(line));
}
