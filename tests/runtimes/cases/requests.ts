// Cases: parameters, services, assets and playback: what is asked and answered.

import { equal, failure } from "../expect.ts";
import { type Cases, hear, next } from "../stage.ts";
import { pattern } from "../text.ts";
import type { Parameter } from "../../../src/protocol/parameters.ts";

const PARAMETERS: readonly Parameter[] = [
  { name: "number", value: 1.5 },
  { name: "float", value: 2, type: "float64" },
  { name: "floats", value: [1, 2.5], type: "float64_array" },
  { name: "flag", value: false },
  { name: "text", value: "ü😀" },
  { name: "bytes", value: "AH//", type: "byte_array" },
  { name: "list", value: [1, "two", [true]] },
  { name: "object", value: { a: { b: [1] } } },
];

export const REQUEST_CASES: Cases = {
  "getParameters() gives values of every type": async ({ robot, connect }) => {
    await robot.setParameters([...PARAMETERS, { name: "unset" }]);
    const client = await connect();
    equal(await client.getParameters(), PARAMETERS);
    equal(await client.getParameters(["flag", "unset", "unknown"]), [{ name: "flag", value: false }]);
    equal(client.parameters.get("bytes"), { name: "bytes", value: "AH//", type: "byte_array" });
  },

  "setParameters() sets values of every type, and removes": async ({ connect }) => {
    const client = await connect();
    equal(await client.setParameters(PARAMETERS), PARAMETERS);
    equal(await client.getParameters(), PARAMETERS);
    await client.setParameters([{ name: "flag" }]);
    equal(await client.getParameters(["flag"]), []);
  },

  "subscribeParameters() tells values, and what changes": async ({ robot, connect }) => {
    await robot.setParameters([{ name: "rate", value: 1 }, { name: "other", value: 1 }]);
    const [client, another] = [await connect(), await connect()];
    const updates = client.subscribeParameters(["rate"]);
    equal(await next(updates), [{ name: "rate", value: 1 }]);
    await robot.setParameters([{ name: "other", value: 2 }, { name: "rate", value: 2 }]);
    equal(await next(updates), [{ name: "rate", value: 2 }]);
    await another.setParameters([{ name: "rate", value: 3 }]);
    equal(await next(updates), [{ name: "rate", value: 3 }]);
    updates.close();
    equal(await robot.noticed("unwatch parameters"), ["rate"]);
  },

  "callService() gives the answer": async ({ connect }) => {
    const client = await connect();
    await client.waitForService("/echo");
    const [text, bytes] = await Promise.all([
      client.callService("/echo", '{"data":true}'),
      client.callService("/echo", pattern(100_000), { encoding: "raw" }),
    ]);
    equal([text.encoding, new TextDecoder().decode(text.payload)], ["json", '{"data":true}']);
    equal(bytes, { encoding: "raw", payload: pattern(100_000) });
  },

  "callService() rejects with what the service said": async ({ connect }) => {
    const client = await connect();
    await client.waitForService("/fail");
    const error = await failure("RequestError", client.callService("/fail", "{}"));
    equal(error.message, 'Service "/fail" failed: the gripper is stuck');
    await failure("TypeError", client.callService("/unknown", "{}"));
  },

  "callService() can be given up": async ({ robot, connect }) => {
    const client = await connect();
    await client.waitForService("/never");
    const control = new AbortController();
    const call = client.callService("/never", "{}", { signal: control.signal });
    await robot.noticed("call /never");
    control.abort(new RangeError("enough"));
    equal((await failure("RangeError", call)).message, "enough");
    equal((await client.callService("/echo", "{}")).encoding, "json");
  },

  "waitForService() gives services that come": async ({ robot, connect }) => {
    const client = await connect();
    const waiting = client.waitForService("/later");
    await robot.addService("/later");
    equal((await waiting).name, "/later");
    equal(new TextDecoder().decode((await client.callService("/later", "[1]")).payload), "[1]");
  },

  "fetchAsset() gives the file, and rejects where there is none": async ({ connect }) => {
    const client = await connect();
    for (const size of [0, 1 << 20]) equal(await client.fetchAsset(`package://pattern/${size}`), pattern(size));
    const error = await failure("RequestError", client.fetchAsset("package://none"));
    equal(error.message, 'Cannot fetch "package://none": there is no package://none');
  },

  "fetchAsset() and getParameters() can be called 500 times at once": async ({ robot, connect }) => {
    await robot.setParameters([{ name: "rate", value: 1 }]);
    const client = await connect();
    const sizes = Array.from({ length: 500 }, (_, size) => size);
    const [assets, values] = await Promise.all([
      Promise.all(sizes.map((size) => client.fetchAsset(`package://late-pattern/${size}`))),
      Promise.all(sizes.map(() => client.getParameters(["rate"]))),
    ]);
    equal(assets, sizes.map(pattern));
    equal(values, sizes.map(() => [{ name: "rate", value: 1 }]));
  },

  "controlPlayback() steers, and all clients are told": async ({ robot, connect }) => {
    const [client, another] = [await connect(), await connect()];
    const states = hear(another, "onPlaybackState");
    const { requestId, ...state } = await client.controlPlayback({ command: "play", speed: 0.5, seekTime: 15n });
    equal(state, { status: "playing", currentTime: 15n, speed: 0.5, didSeek: true });
    equal(await next(states), [{ ...state, requestId }]);
    const ended = { status: "ended", currentTime: 2n ** 53n + 1n, speed: 1, didSeek: false } as const;
    await robot.broadcastPlaybackState(ended);
    equal(await next(states), [ended]);
    await failure("RangeError", client.controlPlayback({ command: "play", speed: 0 }));
  },
};
