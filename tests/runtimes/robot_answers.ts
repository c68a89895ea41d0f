// What a robot answers to requests of its clients.

import type { ServiceId } from "../../src/protocol/ids.ts";
import type { Parameter } from "../../src/protocol/parameters.ts";
import type { PlaybackState } from "../../src/protocol/playback.ts";
import type { ServiceInit } from "../../src/server/channel_init.ts";
import type { FoxgloveServerListener } from "../../src/server/listener.ts";
import { pattern } from "./text.ts";

const JSON_SIDE = { encoding: "json", schemaName: "Any", schemaEncoding: "jsonschema", schema: '{"type":"object"}' };

const [ECHO, FAIL, NEVER] = ["/echo", "/fail", "/never"].map((name): ServiceInit => ({
  name,
  type: "any",
  request: JSON_SIDE,
  response: JSON_SIDE,
})) as [ServiceInit, ServiceInit, ServiceInit];

/** `/echo` answers with what it was sent, as does any that has another name; `/fail` throws, `/never` never answers. */
export const SERVICES: readonly [ServiceInit, ...ServiceInit[]] = [ECHO, FAIL, NEVER];

/** What the answers are made from. */
export interface RobotState {
  parameters: Map<string, Parameter>;
  /** By the ids that they have now. */
  serviceNames: Map<ServiceId, string>;
  /** Told of calls to which there is no answer. */
  notice(did: string, what?: unknown): void;
}

/** Hooks that answer. */
export function answers({ parameters, serviceNames, notice }: RobotState): FoxgloveServerListener {
  let playback: PlaybackState = { status: "paused", currentTime: 10n, speed: 1, didSeek: false };
  return {
    onServiceRequest(_server, serviceId, _callId, encoding, payload) {
      const name = serviceNames.get(serviceId);
      if (name === FAIL.name) throw new Error("the gripper is stuck");
      if (name !== NEVER.name) return { encoding, payload };
      notice("call /never");
      return new Promise(() => {});
    },
    onGetParameters: (_server, names) =>
      [...parameters.values()].filter(({ name }) => names.length === 0 || names.includes(name)),
    onSetParameters(_server, wanted) {
      for (const parameter of wanted) parameters.set(parameter.name, parameter);
      return wanted;
    },
    async onFetchAsset(_server, uri) {
      const [, late, size] = /^package:\/\/(late-)?pattern\/(\d+)$/.exec(uri) ?? [];
      if (size === undefined) throw new Error(`there is no ${uri}`);
      // So that requests pile up.
      if (late) await new Promise((resolve) => setTimeout(resolve, 5));
      return pattern(Number(size));
    },
    onPlaybackControl(_server, { command, speed, seekTime, requestId }) {
      const currentTime = seekTime ?? playback.currentTime;
      const status = command === "play" ? "playing" : "paused";
      playback = { status, currentTime, speed, didSeek: seekTime !== undefined };
      return { ...playback, requestId };
    },
  };
}
