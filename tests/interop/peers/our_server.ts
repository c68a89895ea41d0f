// This package's server, in the matrix. Takes a scene; commands and events go as in ../server_peer.ts.

import { type ChannelId, FoxgloveServer, type Parameter, type ServiceId, type ServiceSchema } from "../../../mod.ts";
import { decodeBase64, encodeBase64 } from "../../../src/protocol/schema.ts";
import type { Scene } from "../scene.ts";
import type { Command } from "../server_peer.ts";

/** No server lives longer, whatever becomes of the test. */
const MAX_LIFE_MS = 120_000;

const scene: Scene = JSON.parse(Deno.args[0] ?? "");
const parameters = new Map(scene.parameters.map((parameter) => [parameter.name, parameter]));
const topics = new Map<number, string>();
const services = new Map<ServiceId, string>();
const channels = new Map<string, ChannelId>();

const server = new FoxgloveServer({
  name: scene.name,
  port: scene.port,
  sessionId: scene.sessionId,
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
  dataStartTime: BigInt(scene.dataStartTime),
  dataEndTime: BigInt(scene.dataEndTime),
  listener: {
    onClientSubscribe: (server, channelId) => tell({ saw: "subscribe", topic: server.channels.get(channelId)?.topic }),
    onClientAdvertise(_server, { id, topic, encoding, schemaName }) {
      topics.set(id, topic);
      tell({ saw: "advertise", topic, encoding, schemaName });
    },
    onClientUnadvertise: (_server, id) => tell({ saw: "unadvertise", topic: topics.get(id) }),
    onClientMessage: (_server, id, payload) =>
      tell({ saw: "message", topic: topics.get(id), payload: encodeBase64(payload) }),
    onGetParameters: (_server, names) => read(names),
    onSetParameters(_server, changes) {
      for (const change of changes) {
        if (change.value === undefined) parameters.delete(change.name);
        else parameters.set(change.name, change);
      }
      return changes.map(({ name }) => parameters.get(name) ?? { name });
    },
    onServiceRequest(_server, serviceId, _callId, _encoding, payload) {
      if (services.get(serviceId) !== "/add") throw new Error(scene.failure);
      const { a, b } = JSON.parse(new TextDecoder().decode(payload));
      return JSON.stringify({ sum: a + b });
    },
    onFetchAsset(_server, uri) {
      if (uri !== scene.asset.uri) throw new Error(scene.failure);
      return decodeBase64(scene.asset.base64);
    },
    onPlaybackControl(_server, { command, speed, seekTime }) {
      tell({ saw: "playback", command, speed, seekTime: seekTime?.toString() });
      return {
        status: command === "play" ? "playing" : "paused",
        currentTime: seekTime ?? BigInt(scene.dataStartTime),
        speed,
        didSeek: seekTime !== undefined,
      };
    },
  },
});
for (const channel of scene.channels) channels.set(channel.topic, server.addChannel(channel));
for (const { name, type, request, response } of scene.services) {
  const sides: { request: ServiceSchema; response: ServiceSchema } = { request, response };
  services.set(server.addService({ name, type, ...sides }), name);
}
tell({ port: (await server.start()).port });
setTimeout(() => Deno.exit(1), MAX_LIFE_MS);
let text = "";
for await (const chunk of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const lines = (text + chunk).split("\n");
  text = lines.pop()!;
  for (const line of lines) {
    obey(JSON.parse(line));
    tell({ done: true });
  }
}
Deno.exit(0);

function obey(command: Command): void {
  switch (command.do) {
    case "addChannel":
      channels.set(command.channel.topic, server.addChannel(command.channel));
      return;
    case "removeChannel":
      server.removeChannel(channels.get(command.topic)!);
      return;
    case "send": {
      const { topic, timestamp, payload } = command;
      return server.sendMessage(channels.get(topic)!, BigInt(timestamp), decodeBase64(payload));
    }
    case "updateParameters":
      for (const parameter of command.parameters) parameters.set(parameter.name, parameter);
      return server.updateParameters(command.parameters);
    case "oddNumbers": {
      const changes = [
        { name: "gains", value: [0.1, NaN, Infinity] },
        { name: "offset", value: NaN },
        { name: "stamp", value: 1732648800123456789n },
        { name: "stamps", value: { last: [1, -1732648800123456789n], error: NaN } },
      ];
      for (const parameter of changes) parameters.set(parameter.name, parameter);
      return server.updateParameters(changes);
    }
    case "graph":
      return server.updateConnectionGraph(command.graph);
    case "time":
      return server.broadcastTime(BigInt(command.timestamp));
    case "status":
      return server.sendStatus(command.level, command.message, { id: command.id });
    case "removeStatus":
      return server.removeStatus([command.id]);
    case "resetSession":
      return server.resetSessionId(command.sessionId);
    case "playbackState":
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

function tell(line: object): void {
  console.log(JSON.stringify(line));
}
