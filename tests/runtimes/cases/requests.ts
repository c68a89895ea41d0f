// Cases: requests for parameters, services, assets and playback.

import type { RequestError } from "../../../src/client/errors.ts";
import { expectEqual, expectError } from "../expect.ts";
import { type Cases, next, recordHook } from "../fixture.ts";
import { testBytes } from "../text.ts";
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
  "getParameters() resolves with values of every type": async ({ server, connect }) => {
    await server.setParameters([...PARAMETERS, { name: "unset" }]);
    const client = await connect();
    expectEqual(await client.getParameters(), PARAMETERS);
    expectEqual(await client.getParameters(["flag", "unset", "unknown"]), [{ name: "flag", value: false }]);
    expectEqual(client.parameters.get("bytes"), { name: "bytes", value: "AH//", type: "byte_array" });
  },

  "setParameters() sets values of every type, and removes parameters": async ({ connect }) => {
    const client = await connect();
    expectEqual(await client.setParameters(PARAMETERS), PARAMETERS);
    expectEqual(await client.getParameters(), PARAMETERS);
    await client.setParameters([{ name: "flag" }]);
    expectEqual(await client.getParameters(["flag"]), []);
  },

  "subscribeParameters() delivers the values and their changes": async ({ server, connect }) => {
    await server.setParameters([{ name: "rate", value: 1 }, { name: "other", value: 1 }]);
    const [client, another] = [await connect(), await connect()];
    const updates = client.subscribeParameters(["rate"]);
    expectEqual(await next(updates), [{ name: "rate", value: 1 }]);
    await server.setParameters([{ name: "other", value: 2 }, { name: "rate", value: 2 }]);
    expectEqual(await next(updates), [{ name: "rate", value: 2 }]);
    await another.setParameters([{ name: "rate", value: 3 }]);
    expectEqual(await next(updates), [{ name: "rate", value: 3 }]);
    updates.close();
    expectEqual(await server.nextEvent("unwatch parameters"), ["rate"]);
  },

  "callService() resolves with the response": async ({ connect }) => {
    const client = await connect();
    await client.waitForService("/echo");
    const [text, bytes] = await Promise.all([
      client.callService("/echo", '{"data":true}'),
      client.callService("/echo", testBytes(100_000), { encoding: "raw" }),
    ]);
    expectEqual([text.encoding, new TextDecoder().decode(text.payload)], ["json", '{"data":true}']);
    expectEqual(bytes, { encoding: "raw", payload: testBytes(100_000) });
  },

  "callService() rejects with the text of the service": async ({ connect }) => {
    const client = await connect();
    await client.waitForService("/fail");
    const error = await expectError<RequestError>("RequestError", client.callService("/fail", "{}"));
    expectEqual(error.message, 'Service "/fail" failed: the gripper is stuck');
    expectEqual(error.detail, "the gripper is stuck");
    await expectError("TypeError", client.callService("/unknown", "{}"));
  },

  "service() calls a service with values": async ({ connect }) => {
    const client = await connect();
    const echo = client.service<{ is: string }, { is: string }>("/echo");
    expectEqual(await Promise.all([echo.call({ is: "ü😀" }), echo.call({ is: "2" })]), [{ is: "ü😀" }, { is: "2" }]);
    const error = await expectError<RequestError>("RequestError", client.service("/fail").call({}));
    expectEqual(error.detail, "the gripper is stuck");
  },

  "callService() can be aborted": async ({ server, connect }) => {
    const client = await connect();
    await client.waitForService("/never");
    const control = new AbortController();
    const call = client.callService("/never", "{}", { signal: control.signal });
    await server.nextEvent("call /never");
    control.abort(new RangeError("enough"));
    expectEqual((await expectError("RangeError", call)).message, "enough");
    expectEqual((await client.callService("/echo", "{}")).encoding, "json");
  },

  "waitForService() resolves with new services": async ({ server, connect }) => {
    const client = await connect();
    const waiting = client.waitForService("/later");
    await server.addService("/later");
    expectEqual((await waiting).name, "/later");
    expectEqual(new TextDecoder().decode((await client.callService("/later", "[1]")).payload), "[1]");
  },

  "fetchAsset() resolves with the file, and rejects if it does not exist": async ({ connect }) => {
    const client = await connect();
    for (const size of [0, 1 << 20]) expectEqual(await client.fetchAsset(`package://pattern/${size}`), testBytes(size));
    const error = await expectError("RequestError", client.fetchAsset("package://none"));
    expectEqual(error.message, 'Cannot fetch "package://none": there is no package://none');
  },

  "fetchAsset() and getParameters() can be called 500 times at once": async ({ server, connect }) => {
    await server.setParameters([{ name: "rate", value: 1 }]);
    const client = await connect();
    const sizes = Array.from({ length: 500 }, (_, size) => size);
    const [assets, values] = await Promise.all([
      Promise.all(sizes.map((size) => client.fetchAsset(`package://late-pattern/${size}`))),
      Promise.all(sizes.map(() => client.getParameters(["rate"]))),
    ]);
    expectEqual(assets, sizes.map(testBytes));
    expectEqual(values, sizes.map(() => [{ name: "rate", value: 1 }]));
  },

  "controlPlayback() changes the playback, and all clients get the new state": async ({ server, connect }) => {
    const [client, another] = [await connect(), await connect()];
    const states = recordHook(another, "onPlaybackState");
    const { requestId, ...state } = await client.controlPlayback({ command: "play", speed: 0.5, seekTime: 15n });
    expectEqual(state, { status: "playing", currentTime: 15n, speed: 0.5, didSeek: true });
    expectEqual(await next(states), [{ ...state, requestId }]);
    const ended = { status: "ended", currentTime: 2n ** 53n + 1n, speed: 1, didSeek: false } as const;
    await server.broadcastPlaybackState(ended);
    expectEqual(await next(states), [ended]);
    await expectError("RangeError", client.controlPlayback({ command: "play", speed: 0 }));
  },
};
