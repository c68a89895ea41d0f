// The hooks with which a server driver answers the requests of its clients.

import type { ServiceId } from "../../src/protocol/ids.ts";
import type { Parameter } from "../../src/protocol/parameters.ts";
import type { PlaybackState } from "../../src/protocol/playback.ts";
import type { ServiceInit } from "../../src/server/channel_init.ts";
import type { FoxgloveServerListener } from "../../src/server/listener.ts";
import { testBytes } from "./text.ts";

const ANY_JSON = { encoding: "json", schemaName: "Any", schemaEncoding: "jsonschema", schema: '{"type":"object"}' };

const [ECHO, FAIL, NEVER] = ["/echo", "/fail", "/never"].map((name): ServiceInit => ({
  name,
  type: "any",
  request: ANY_JSON,
  response: ANY_JSON,
})) as [ServiceInit, ServiceInit, ServiceInit];

/** `/echo` returns its payload, and so do services with any other name. `/fail` throws. `/never` never answers. */
export const SERVICES: readonly [ServiceInit, ...ServiceInit[]] = [ECHO, FAIL, NEVER];

/** The state of a server driver that the hooks read and change. */
export interface DriverState {
  parameters: Map<string, Parameter>;
  /** The names of the services by their current ids. */
  serviceNames: Map<ServiceId, string>;
  /** Records an event, such as a call without a response. */
  record(kind: string, details?: unknown): void;
}

/** Creates the hooks. */
export function responseHooks({ parameters, serviceNames, record }: DriverState): FoxgloveServerListener {
  let playback: PlaybackState = { status: "paused", currentTime: 10n, speed: 1, didSeek: false };
  return {
    onServiceRequest(_server, serviceId, _callId, encoding, payload) {
      const name = serviceNames.get(serviceId);
      if (name === FAIL.name) throw new Error("the gripper is stuck");
      if (name !== NEVER.name) return { encoding, payload };
      record("call /never");
      return new Promise(() => {});
    },
    onGetParameters: (_server, names) =>
      [...parameters.values()].filter(({ name }) => names.length === 0 || names.includes(name)),
    onSetParameters(_server, changes) {
      for (const parameter of changes) parameters.set(parameter.name, parameter);
      return changes;
    },
    async onFetchAsset(_server, uri) {
      const [, late, size] = /^package:\/\/(late-)?pattern\/(\d+)$/.exec(uri) ?? [];
      if (size === undefined) throw new Error(`there is no ${uri}`);
      // A later turn of the event loop, so that requests pile up.
      if (late) await new Promise((resolve) => setTimeout(resolve, 0));
      return testBytes(Number(size));
    },
    onPlaybackControl(_server, { command, speed, seekTime, requestId }) {
      const currentTime = seekTime ?? playback.currentTime;
      const status = command === "play" ? "playing" : "paused";
      playback = { status, currentTime, speed, didSeek: seekTime !== undefined };
      return { ...playback, requestId };
    },
  };
}
