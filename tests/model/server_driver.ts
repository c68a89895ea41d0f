// The server driver of the model tests: applies operations to a `FoxgloveServer`.

import type { Parameter } from "../../src/protocol/parameters.ts";
import type { PlaybackState } from "../../src/protocol/playback.ts";
import { StatusLevel } from "../../src/protocol/status.ts";
import type { FoxgloveServer } from "../../src/server/server.ts";
import { channel, clientId, service } from "../support/conversation.ts";
import type { ServerOperation } from "./operations.ts";
import type { SinkDriver } from "./sink_driver.ts";
import { NAN, UNSENDABLE } from "./fixture.ts";

const SIDE = { encoding: "json", schemaName: "Empty", schemaEncoding: "jsonschema", schema: '{"type":"object"}' };

/** Applies one operation. Throws what the server throws. */
export function applyToServer(server: FoxgloveServer, operation: ServerOperation, sinks: SinkDriver): void {
  switch (operation.type) {
    case "addChannel": {
      const { topic, latch, schemaName = "" } = operation;
      server.addChannel({
        topic,
        encoding: "json",
        schemaName,
        ...(latch === undefined ? {} : { latch: { depth: latch } }),
      });
      return;
    }
    case "removeChannel":
      return void server.removeChannel(channel(operation.channelId));
    case "send": {
      const options = operation.to === undefined ? {} : { to: clientId(operation.to) };
      return server.sendMessage(channel(operation.channelId), 1n, operation.text, options);
    }
    case "addSink":
    case "removeSink":
      return sinks.apply(server, operation);
    case "addService": {
      const { name, encoding = "json" } = operation;
      return void server.addService({ name, type: "T", request: { ...SIDE, encoding } });
    }
    case "removeService":
      return void server.removeService(service(operation.serviceId));
    case "updateParameters":
      return server.updateParameters(realParameters(operation.parameters));
    case "updateGraph":
      return server.updateConnectionGraph(operation.graph);
    case "sendStatus": {
      const { text, to, type: _type, ...options } = operation;
      return server.sendStatus(StatusLevel.INFO, text, to === undefined ? options : { ...options, to: clientId(to) });
    }
    case "removeStatus":
      return server.removeStatus(operation.ids);
    case "broadcastTime":
      return server.broadcastTime(BigInt(operation.at));
    case "broadcastPlayback":
      return server.broadcastPlaybackState(playbackStateAt(operation.at));
    case "resetSession":
      return server.resetSessionId(operation.id);
    case "disconnect":
      return void server.disconnect(clientId(operation.clientId));
    case "close":
      return void server.close({ graceMs: 0 });
    default:
      return operation satisfies never;
  }
}

/** Replaces NAN and UNSENDABLE by the values that they stand for. */
export function realParameters(parameters: readonly Parameter[]): Parameter[] {
  return parameters.map((parameter) => {
    if (parameter.value === NAN) return { ...parameter, value: NaN };
    return parameter.value === UNSENDABLE ? { ...parameter, value: new Date(0) as unknown as string } : parameter;
  });
}

/** A playback state; only the time differs. */
export function playbackStateAt(at: number): PlaybackState {
  return { status: "playing", currentTime: BigInt(at), speed: 1, didSeek: false };
}
