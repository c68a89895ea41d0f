// The server program for this package. The arguments are the fixture and the transport; ../server_driver.ts documents
// commands and events.

import { type ChannelId, FoxgloveServer, type Parameter, type ServiceId, type ServiceSchema } from "../../../mod.ts";
import { decodeBase64, encodeBase64 } from "../../../src/protocol/base64.ts";
import { transportOptionsNamed } from "../../support/transport_options.ts";
import type { Fixture } from "../fixture.ts";
import type { Command } from "../server_driver.ts";

/** The server exits after this time, even if the test no longer runs. */
const MAX_RUN_TIME_MS = 600_000;

const fixture: Fixture = JSON.parse(Deno.args[0] ?? "");
const parameters = new Map(fixture.parameters.map((parameter) => [parameter.name, parameter]));
const topics = new Map<number, string>();
const services = new Map<ServiceId, string>();
const channels = new Map<string, ChannelId>();

const server = new FoxgloveServer({
  name: fixture.name,
  port: fixture.port,
  ...transportOptionsNamed(Deno.args[1]),
  sessionId: fixture.sessionId,
  capabilities: [
    "clientPublish",
    "parameters",
    "parametersSubscribe",
    "services",
    "connectionGraph",
    "assets",
    "time",
    "playbackControl",
  ],
  supportedEncodings: ["json"],
  dataStartTime: BigInt(fixture.dataStartTime),
  dataEndTime: BigInt(fixture.dataEndTime),
  listener: {
    onClientSubscribe: (server, channelId) =>
      report({ event: "subscribe", topic: server.channels.get(channelId)?.topic }),
    onClientAdvertise(_server, { id, topic, encoding, schemaName }) {
      topics.set(id, topic);
      report({ event: "advertise", topic, encoding, schemaName });
    },
    onClientUnadvertise: (_server, id) => report({ event: "unadvertise", topic: topics.get(id) }),
    onClientMessage: (_server, id, payload) =>
      report({ event: "message", topic: topics.get(id), payload: encodeBase64(payload) }),
    onGetParameters: (_server, names) => read(names),
    onSetParameters(_server, changes) {
      for (const change of changes) {
        if (change.value === undefined) parameters.delete(change.name);
        else parameters.set(change.name, change);
      }
      return changes.map(({ name }) => parameters.get(name) ?? { name });
    },
    onServiceRequest(_server, serviceId, _callId, _encoding, payload) {
      if (services.get(serviceId) !== "/add") throw new Error(fixture.failure);
      const { a, b } = JSON.parse(new TextDecoder().decode(payload));
      return JSON.stringify({ sum: a + b });
    },
    onFetchAsset(_server, uri) {
      if (uri !== fixture.asset.uri) throw new Error(fixture.failure);
      return decodeBase64(fixture.asset.base64);
    },
    onPlaybackControl(_server, { command, speed, seekTime }) {
      report({ event: "playback", command, speed, seekTime: seekTime?.toString() });
      return {
        status: command === "play" ? "playing" : "paused",
        currentTime: seekTime ?? BigInt(fixture.dataStartTime),
        speed,
        didSeek: seekTime !== undefined,
      };
    },
  },
});
for (const channel of fixture.channels) channels.set(channel.topic, server.addChannel(channel));
for (const { name, type, request, response } of fixture.services) {
  const sides: { request: ServiceSchema; response: ServiceSchema } = { request, response };
  services.set(server.addService({ name, type, ...sides }), name);
}
report({ port: (await server.start()).port });
setTimeout(() => Deno.exit(1), MAX_RUN_TIME_MS);
let text = "";
for await (const chunk of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const lines = (text + chunk).split("\n");
  text = lines.pop()!;
  for (const line of lines) {
    execute(JSON.parse(line));
    report({ done: true });
  }
}
Deno.exit(0);

function execute(command: Command): void {
  switch (command.type) {
    case "addChannel":
      channels.set(command.channel.topic, server.addChannel(command.channel));
      return;
    case "removeChannel":
      server.removeChannel(channels.get(command.topic)!);
      return;
    case "sendMessage": {
      const { topic, timestamp, payload } = command;
      return server.sendMessage(channels.get(topic)!, BigInt(timestamp), decodeBase64(payload));
    }
    case "updateParameters":
      for (const parameter of command.parameters) parameters.set(parameter.name, parameter);
      return server.updateParameters(command.parameters);
    case "updateSpecialNumbers": {
      const changes = [
        { name: "gains", value: [0.1, NaN, Infinity] },
        { name: "offset", value: NaN },
        { name: "stamp", value: 1732648800123456789n },
        { name: "stamps", value: { last: [1, -1732648800123456789n], error: NaN } },
      ];
      for (const parameter of changes) parameters.set(parameter.name, parameter);
      return server.updateParameters(changes);
    }
    case "updateConnectionGraph":
      return server.updateConnectionGraph(command.graph);
    case "broadcastTime":
      return server.broadcastTime(BigInt(command.timestamp));
    case "sendStatus":
      return server.sendStatus(command.level, command.message, { id: command.id });
    case "removeStatus":
      return server.removeStatus([command.id]);
    case "resetSessionId":
      return server.resetSessionId(command.sessionId);
    case "broadcastPlaybackState":
      return server.broadcastPlaybackState({
        status: "ended",
        currentTime: BigInt(command.currentTime),
        speed: 1,
        didSeek: false,
      });
  }
}

function read(names: readonly string[]): Parameter[] {
  return [...parameters.values()].filter(({ name }) => names.length === 0 || names.includes(name));
}

function report(line: object): void {
  console.log(JSON.stringify(line));
}
