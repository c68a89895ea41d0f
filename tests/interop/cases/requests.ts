// The cases of the matrix about what a client asks for: parameters, services, assets, playback.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import type { Parameter } from "../../../src/protocol/parameters.ts";
import { decodeBase64 } from "../../../src/protocol/schema.ts";
import { bytes } from "../../support/conversation.ts";
import type { Case } from "../meeting.ts";
import { NotSupportedError } from "../not_supported_error.ts";
import { SCENE } from "../scene.ts";

/** Another value of each type. */
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

export const PARAMETERS: Case = {
  name: "parameters",
  about: "get, set and remove parameters of every type",
  needs: "parameters",
  async run({ client }) {
    assertEquals(sorted(await client.getParameters([])), SCENE.parameters);
    assertEquals(await client.getParameters(["integer", "no such"]), [{ name: "integer", value: -7 }]);
    assertEquals(sorted(await client.setParameters(CHANGED)), CHANGED);
    await client.setParameters([{ name: "texts" }]);
    assertEquals(sorted(await client.getParameters([])), CHANGED);
  },
};

export const PARAMETER_UPDATES: Case = {
  name: "parameter updates",
  about: "changes by the server or a client, and no other updates",
  needs: "parametersSubscribe",
  async run({ server, client }) {
    await client.setParameters([{ name: "integer", value: 1 }, { name: "text", value: "a" }]);
    const feed = client.watchParameters(["integer", "text"]);
    assertEquals(sorted(await feed.next()), [{ name: "integer", value: 1 }, { name: "text", value: "a" }]);
    await server.do({
      do: "updateParameters",
      parameters: [{ name: "integer", value: 2 }, { name: "bool", value: true }],
    });
    assertEquals(await feed.next(), [{ name: "integer", value: 2 }]);
    await client.setParameters([{ name: "text", value: "b" }]);
    assertEquals(await feed.next(), [{ name: "text", value: "b" }]);
    feed.close();
  },
};

export const SERVICES: Case = {
  name: "services",
  about: "a call and its response",
  needs: "services",
  async run({ client }) {
    const { encoding, payload } = await client.callService("/add", bytes('{"a":20,"b":22}'));
    assertEquals(encoding, "json");
    assertEquals(JSON.parse(new TextDecoder().decode(payload)), { sum: 42 });
  },
};

export const FAILING_SERVICES: Case = {
  name: "failing services",
  about: "a failed call returns the message of the service",
  needs: "services",
  async run({ client }) {
    await assertRejects(() => client.callService("/fail", bytes("{}")), Error, SCENE.failure);
    // And harms no other.
    const { payload } = await client.callService("/add", bytes('{"a":1,"b":2}'));
    assertEquals(JSON.parse(new TextDecoder().decode(payload)), { sum: 3 });
  },
};

export const ASSETS: Case = {
  name: "assets",
  about: "the bytes of a file; a failure if the file does not exist",
  needs: "assets",
  async run({ client }) {
    assertEquals(await client.fetchAsset(SCENE.asset.uri), decodeBase64(SCENE.asset.base64));
    // What it says is the server's affair; that it says so at once, and in which words, is not.
    const error = await assertRejects(() => client.fetchAsset("package://robot/none.bin"), Error);
    assertEquals(/no fuel|not found/i.test(error.message), true, error.message);
  },
};

export const PLAYBACK: Case = {
  name: "playback",
  about: "play, pause and seek to the nanosecond; states without a request",
  needs: "playbackControl",
  async run({ server, client }) {
    const { playback } = client;
    if (!playback) throw new NotSupportedError("playback");
    const seekTime = 1_700_000_030_000_000_001n;
    const paused = await playback.request({ command: "pause", speed: 0.5, seekTime });
    assertEquals(await server.saw("playback"), {
      saw: "playback",
      command: "pause",
      speed: 0.5,
      seekTime: String(seekTime),
    });
    const { requestId: _paused, ...state } = paused;
    assertEquals(state, { status: "paused", currentTime: seekTime, speed: 0.5, didSeek: true });
    const { requestId: _playing, ...playing } = await playback.request({ command: "play", speed: 2 });
    assertEquals(await server.saw("playback"), { saw: "playback", command: "play", speed: 2 });
    const currentTime = BigInt(SCENE.dataStartTime);
    assertEquals(playing, { status: "playing", currentTime, speed: 2, didSeek: false });
    await server.do({ do: "playbackState", currentTime: SCENE.dataEndTime });
    const ended = { status: "ended" as const, currentTime: BigInt(SCENE.dataEndTime), speed: 1, didSeek: false };
    assertEquals(await playback.state(), ended);
  },
};

function sorted(parameters: readonly Parameter[]): Parameter[] {
  return parameters.toSorted((one, other) => one.name < other.name ? -1 : 1);
}
