// The scenarios of the matrix about requests of a client: parameters, services, assets, playback.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import type { Parameter } from "../../../src/protocol/parameters.ts";
import { decodeBase64 } from "../../../src/protocol/base64.ts";
import { bytes } from "../../support/conversation.ts";
import type { Scenario } from "../scenario.ts";
import { NotSupportedError } from "../not_supported_error.ts";
import { FIXTURE } from "../fixture.ts";

/** A different value of each type. */
const CHANGED: readonly Parameter[] = [
  { name: "bool", value: false },
  { name: "bools", value: [false] },
  { name: "bytes", value: "AAECAw==", type: "byte_array" },
  { name: "float", value: -3, type: "float64" },
  { name: "floats", value: [4, 0.5], type: "float64_array" },
  { name: "integer", value: 8 },
  { name: "integers", value: [5] },
  { name: "nested", value: { pid: { p: -1, on: false, limits: [1, 2] } } },
  { name: "text", value: "" },
];

export const PARAMETERS: Scenario = {
  name: "parameters",
  description: "get, set and remove parameters of every type",
  needs: "parameters",
  async run({ client }) {
    assertEquals(sorted(await client.getParameters([])), FIXTURE.parameters);
    assertEquals(await client.getParameters(["integer", "no such"]), [{ name: "integer", value: -7 }]);
    assertEquals(sorted(await client.setParameters(CHANGED)), CHANGED);
    await client.setParameters([{ name: "texts" }]);
    assertEquals(sorted(await client.getParameters([])), CHANGED);
  },
};

export const PARAMETER_UPDATES: Scenario = {
  name: "parameter updates",
  description: "changes by the server or a client, and no other updates",
  needs: "parametersSubscribe",
  async run({ server, client }) {
    await client.setParameters([{ name: "integer", value: 1 }, { name: "text", value: "a" }]);
    const subscription = client.subscribeParameters(["integer", "text"]);
    assertEquals(sorted(await subscription.next()), [{ name: "integer", value: 1 }, { name: "text", value: "a" }]);
    await server.execute({
      type: "updateParameters",
      parameters: [{ name: "integer", value: 2 }, { name: "bool", value: true }],
    });
    assertEquals(await subscription.next(), [{ name: "integer", value: 2 }]);
    await client.setParameters([{ name: "text", value: "b" }]);
    assertEquals(await subscription.next(), [{ name: "text", value: "b" }]);
    subscription.close();
  },
};

export const SERVICES: Scenario = {
  name: "services",
  description: "a call and its response",
  needs: "services",
  async run({ client }) {
    const { encoding, payload } = await client.callService("/add", bytes('{"a":20,"b":22}'));
    assertEquals(encoding, "json");
    assertEquals(JSON.parse(new TextDecoder().decode(payload)), { sum: 42 });
  },
};

export const FAILING_SERVICES: Scenario = {
  name: "failing services",
  description: "a failed call returns the message of the service",
  needs: "services",
  async run({ client }) {
    await assertRejects(() => client.callService("/fail", bytes("{}")), Error, FIXTURE.failure);
    // The next call still works.
    const { payload } = await client.callService("/add", bytes('{"a":1,"b":2}'));
    assertEquals(JSON.parse(new TextDecoder().decode(payload)), { sum: 3 });
  },
};

export const ASSETS: Scenario = {
  name: "assets",
  description: "the bytes of a file; a failure if the file does not exist",
  needs: "assets",
  async run({ client }) {
    assertEquals(await client.fetchAsset(FIXTURE.asset.uri), decodeBase64(FIXTURE.asset.base64));
    // Servers use different messages, so this accepts two. The response must come before the time limit.
    const error = await assertRejects(() => client.fetchAsset("package://robot/none.bin"), Error);
    assertEquals(/no fuel|not found/i.test(error.message), true, error.message);
  },
};

export const PLAYBACK: Scenario = {
  name: "playback",
  description: "play, pause and seek to the nanosecond; states without a request",
  needs: "playbackControl",
  async run({ server, client }) {
    const { playback } = client;
    if (!playback) throw new NotSupportedError("playback");
    const seekTime = 1_700_000_030_000_000_001n;
    const paused = await playback.request({ command: "pause", speed: 0.5, seekTime });
    assertEquals(await server.nextEvent("playback"), {
      event: "playback",
      command: "pause",
      speed: 0.5,
      seekTime: String(seekTime),
    });
    const { requestId: _paused, ...state } = paused;
    assertEquals(state, { status: "paused", currentTime: seekTime, speed: 0.5, didSeek: true });
    const { requestId: _playing, ...playing } = await playback.request({ command: "play", speed: 2 });
    assertEquals(await server.nextEvent("playback"), { event: "playback", command: "play", speed: 2 });
    const currentTime = BigInt(FIXTURE.dataStartTime);
    assertEquals(playing, { status: "playing", currentTime, speed: 2, didSeek: false });
    await server.execute({ type: "broadcastPlaybackState", currentTime: FIXTURE.dataEndTime });
    const ended = { status: "ended" as const, currentTime: BigInt(FIXTURE.dataEndTime), speed: 1, didSeek: false };
    assertEquals(await playback.nextState(), ended);
  },
};

function sorted(parameters: readonly Parameter[]): Parameter[] {
  return parameters.toSorted((one, other) => one.name < other.name ? -1 : 1);
}
