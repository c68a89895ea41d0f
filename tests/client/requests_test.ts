import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import type { FoxgloveClient } from "../../src/client/client.ts";
import { ConnectionClosedError, RequestError } from "../../src/client/errors.ts";
import type { ByteSource } from "../../src/protocol/bytes.ts";
import type { ClientMessage } from "../../src/protocol/messages.ts";
import { ProtocolError } from "../../src/protocol/protocol_error.ts";
import type { Service } from "../../src/protocol/services.ts";
import { byteSources, notBytes, SAME_BYTES } from "../support/byte_sources.ts";
import { bytes, service } from "../support/conversation.ts";
import { connectedClient, FULL_SERVER_INFO } from "../support/fake_server.ts";

const ECHO: Service = {
  id: service(3),
  name: "/echo",
  type: "Echo",
  request: { encoding: "cdr", schemaName: "Echo", schemaEncoding: "ros2msg", schema: "string text" },
  responseSchema: "",
};

/** Each kind of request, with a function that sends it. */
const REQUESTS: readonly [name: string, make: (client: FoxgloveClient, signal?: AbortSignal) => Promise<unknown>][] = [
  ["getParameters", (client, signal) => client.getParameters([], signal ? { signal } : {})],
  ["setParameters", (client, signal) => client.setParameters([{ name: "a", value: 1 }], signal ? { signal } : {})],
  ["callService", (client, signal) => client.callService("/echo", "x", signal ? { signal } : {})],
  ["fetchAsset", (client, signal) => client.fetchAsset("package://x", signal ? { signal } : {})],
  ["controlPlayback", (client, signal) => client.controlPlayback({ command: "pause" }, signal ? { signal } : {})],
];

async function meetWithService() {
  const meet = await connectedClient();
  meet.peer.says({ op: "advertiseServices", services: [ECHO] });
  meet.log.take();
  return meet;
}

/** Returns the id of a request. */
function idOf(message: ClientMessage): string {
  if (message.op === "playbackControlRequest") return message.requestId;
  if (message.op === "getParameters" || message.op === "setParameters") return message.id ?? "";
  throw new Error(`"${message.op}" has no text as its id`);
}

Deno.test("FoxgloveClient.getParameters() and setParameters() resolve with their own responses", async () => {
  const { client, peer } = await connectedClient();
  const get = client.getParameters(["a", "b"]);
  const set = client.setParameters([{ name: "a", value: 2 }, { name: "gone" }]);
  const [sentGet, sentSet] = [peer.takes(), peer.takes()];
  assertEquals(sentGet, { op: "getParameters", parameterNames: ["a", "b"], id: idOf(sentGet) });
  assertEquals(sentSet, {
    op: "setParameters",
    parameters: [{ name: "a", value: 2 }, { name: "gone" }],
    id: idOf(sentSet),
  });
  peer.says({ op: "parameterValues", parameters: [{ name: "a", value: 2 }], id: idOf(sentSet) });
  peer.says({ op: "parameterValues", parameters: [{ name: "a", value: 1 }], id: idOf(sentGet) });
  assertEquals([await get, await set], [[{ name: "a", value: 1 }], [{ name: "a", value: 2 }]]);
});

Deno.test("FoxgloveClient.parameters has the received values by name, without parameters that are not set", async () => {
  const { client, peer, log } = await connectedClient();
  peer.says({ op: "parameterValues", parameters: [{ name: "a", value: 1 }, { name: "b", value: "x" }] });
  peer.says({ op: "parameterValues", parameters: [{ name: "a" }, { name: "b", value: "y" }] });
  assertEquals([...client.parameters.values()], [{ name: "b", value: "y" }]);
  assertEquals(log.take(), [["parameters", ["a", "b"]], ["parameters", ["a", "b"]]]);
});

Deno.test("FoxgloveClient.callService() resolves by call id, in any order", async () => {
  const { client, peer } = await meetWithService();
  const one = client.callService("/echo", "1");
  const two = client.callService("/echo", bytes("2"), { encoding: "json" });
  const call = (callId: number, encoding: string, text: string) => ({
    serviceId: service(3),
    callId,
    encoding,
    payload: bytes(text),
  });
  peer.hears({ op: "serviceCallRequest", ...call(1, "cdr", "1") }, {
    op: "serviceCallRequest",
    ...call(2, "json", "2"),
  });
  peer.says({ op: "serviceCallResponse", ...call(2, "json", "b") }, {
    op: "serviceCallResponse",
    ...call(1, "cdr", "a"),
  });
  assertEquals([await one, await two], [{ encoding: "cdr", payload: bytes("a") }, {
    encoding: "json",
    payload: bytes("b"),
  }]);
});

Deno.test("FoxgloveClient.callService() uses an encoding of the server if the service does not declare one", async () => {
  const { client, peer } = await connectedClient({}, { ...FULL_SERVER_INFO, supportedEncodings: ["ros1", "json"] });
  peer.says({
    op: "advertiseServices",
    services: [{ id: service(1), name: "/old", type: "Old", requestSchema: "", responseSchema: "" }],
  });
  client.callService("/old", "").catch(() => {});
  const message = peer.takes();
  assertEquals(message.op === "serviceCallRequest" && message.encoding, "ros1");
});

Deno.test("V13 FoxgloveClient.callService() rejects with the server's text after a serviceCallFailure", async () => {
  const { client, peer } = await meetWithService();
  const call = client.callService("/echo", "x");
  peer.says({ op: "serviceCallFailure", serviceId: service(3), callId: 1, message: "motor is hot" });
  const error = await assertRejects(() => call, RequestError, "motor is hot");
  assertEquals(error.request, "callService");
});

Deno.test("FoxgloveClient.callService() rejects if the service does not exist", async () => {
  const { client, peer } = await meetWithService();
  await assertRejects(() => client.callService("/none", ""), TypeError, 'Cannot call service "/none"');
  peer.says({ op: "unadvertiseServices", serviceIds: [service(3), service(9)] });
  await assertRejects(() => client.callService("/echo", ""), TypeError, "the server has no such service");
});

Deno.test("Y04 FoxgloveClient removes services when the server unadvertises their ids", async () => {
  const { client, peer, log } = await meetWithService();
  peer.says({ op: "advertiseServices", services: [ECHO, { ...ECHO, id: service(4), name: "/other" }] });
  peer.says({ op: "unadvertiseServices", serviceIds: [service(3)] });
  assertEquals([...client.services.keys()], [service(4)]);
  assertEquals(log.take(), [["services", ["/other"]], ["no services", ["/echo"], "removed"]]);
  const waiting = client.waitForService("/echo");
  peer.says({ op: "advertiseServices", services: [{ ...ECHO, id: service(5) }] });
  assertEquals((await waiting).id, service(5));
});

Deno.test("FoxgloveClient.fetchAsset() resolves with the file, or rejects with the server's text", async () => {
  const { client, peer } = await connectedClient();
  const [good, bad] = [client.fetchAsset("package://a"), client.fetchAsset("package://b")];
  peer.hears(
    { op: "fetchAsset", uri: "package://a", requestId: 1 },
    { op: "fetchAsset", uri: "package://b", requestId: 2 },
  );
  peer.says({ op: "fetchAssetResponse", requestId: 2, status: "error", error: "no such file" });
  peer.says({ op: "fetchAssetResponse", requestId: 1, status: "success", data: bytes("mesh") });
  await assertRejects(() => bad, RequestError, "no such file");
  assertEquals(await good, bytes("mesh"));
});

Deno.test("A05 FoxgloveClient.fetchAsset() rejects and calls onError if the response has an unknown status", async () => {
  const { client, peer, log } = await connectedClient();
  const asset = client.fetchAsset("package://a");
  peer.saysRaw(Uint8Array.of(4, 1, 0, 0, 0, 2, 0, 0, 0, 0));
  await assertRejects(() => asset, RequestError, "byte 5 is 2");
  const [[kind] = []] = log.take();
  assertEquals(kind, "error");
});

Deno.test("FoxgloveClient.callService() rejects if the response has a wrong length", async () => {
  const { client, peer, log } = await meetWithService();
  const call = client.callService("/echo", "x");
  peer.saysRaw(Uint8Array.of(3, 3, 0, 0, 0, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0x7f, 0x61));
  await assertRejects(() => call, RequestError, "2147483647 bytes expected");
  assertEquals(log.take().length, 1);
  assertEquals(client.state.type, "open");
});

Deno.test("FoxgloveClient.controlPlayback() resolves with the state that has its request id", async () => {
  const { client, peer, log } = await connectedClient();
  const playback = client.controlPlayback({ command: "play", seekTime: 0n });
  const request = peer.takes();
  assertEquals(request, {
    op: "playbackControlRequest",
    command: "play",
    speed: 1,
    seekTime: 0n,
    requestId: idOf(request),
  });
  const state = { status: "playing", currentTime: 0n, speed: 1, didSeek: true } as const;
  peer.says({ op: "playbackState", ...state, status: "paused" });
  peer.says({ op: "playbackState", ...state, requestId: idOf(request) });
  assertEquals(await playback, { ...state, requestId: idOf(request) });
  assertEquals(log.take(), [["playback", "paused"], ["playback", "playing"]]);
  for (const speed of [0, -1, NaN, Infinity]) {
    await assertRejects(() => client.controlPlayback({ command: "play", speed }), RangeError, "above 0");
  }
});

Deno.test("FoxgloveClient rejects a request if the text of an ERROR status has its id", async () => {
  const { client, peer } = await connectedClient();
  const requests = [client.getParameters(), client.setParameters([]), client.controlPlayback({ command: "pause" })];
  const kinds = ["getParameters", "setParameters", "controlPlayback"];
  for (const [index, request] of requests.entries()) {
    const id = idOf(peer.takes());
    peer.says({ op: "status", level: 1, message: `a warning only (request "${id}")` });
    peer.says({ op: "status", level: 2, message: `Cannot do it (request "${id}"): broken` });
    const error = await assertRejects(() => request, RequestError, "broken");
    assertEquals(error.request, kinds[index]);
  }
});

Deno.test("FoxgloveClient rejects a request if an ERROR status has its id, and does not keep this status", async () => {
  const { client, peer, log } = await connectedClient();
  const requests = [client.getParameters(), client.setParameters([]), client.controlPlayback({ command: "pause" })];
  const kinds = ["getParameters", "setParameters", "controlPlayback"];
  for (const [index, request] of requests.entries()) {
    const id = idOf(peer.takes());
    peer.says({ op: "status", level: 1, message: "a warning only", id: "motor" });
    peer.says({ op: "status", level: 2, message: "another's trouble", id: `${id}0` });
    peer.says({ op: "status", level: 2, message: "Cannot do it: broken", id });
    const error = await assertRejects(() => request, RequestError, "Cannot do it: broken");
    assertEquals(error.request, kinds[index]);
    assertEquals([...client.statuses.keys()], ["motor", `${id}0`]);
    peer.says({ op: "removeStatus", statusIds: [`${id}0`] });
    assertEquals(log.take().map(([, message]) => message), [
      "a warning only",
      "another's trouble",
      "Cannot do it: broken",
      [`${id}0`],
    ]);
  }
});

Deno.test("FoxgloveClient treats an ERROR status with the id of an aborted request as its response", async () => {
  const { client, peer } = await connectedClient();
  const control = new AbortController();
  const request = client.setParameters([], { signal: control.signal });
  const id = idOf(peer.takes());
  control.abort(new Error("enough"));
  await assertRejects(() => request, Error, "enough");
  peer.says({ op: "status", level: 2, message: "Cannot set parameters: broken", id });
  assertEquals(client.statuses.size, 0);
});

Deno.test("FoxgloveClient rejects every request whose id is in the text of one ERROR status", async () => {
  const { client, peer } = await connectedClient();
  const requests = [client.getParameters(), client.setParameters([]), client.getParameters()];
  const [one, two, three] = [idOf(peer.takes()), idOf(peer.takes()), idOf(peer.takes())];
  peer.says({ op: "status", level: 2, message: `Cannot do ${one}, "x${two}": broken` });
  for (const request of requests.slice(0, 2)) await assertRejects(() => request, RequestError, "broken");
  peer.says({ op: "parameterValues", parameters: [], id: three });
  assertEquals(await requests[2], []);
});

for (const [name, make] of REQUESTS) {
  Deno.test(`Y02 FoxgloveClient.${name}() rejects when the connection is lost`, async () => {
    const { client, peer } = await meetWithService();
    const request = make(client);
    peer.leaves(1006);
    await assertRejects(() => request, ConnectionClosedError, "code 1006");
    await assertRejects(() => make(client), ConnectionClosedError, "the client is not connected");
    void client.close();
  });

  Deno.test(`FoxgloveClient.${name}() rejects with the signal's reason`, async () => {
    const { client, peer, log } = await meetWithService();
    const control = new AbortController();
    const request = make(client, control.signal);
    control.abort(new Error("enough"));
    await assertRejects(() => request, Error, "enough");
    await assertRejects(() => make(client, control.signal), Error, "enough");
    // The late response causes no warning.
    peer.says({ op: "serviceCallFailure", serviceId: service(3), callId: 1, message: "" });
    peer.says({ op: "fetchAssetResponse", requestId: 1, status: "error", error: "" });
    const surprises = log.take().filter(([kind]) => kind === "warning");
    assertEquals(surprises.length, name === "callService" || name === "fetchAsset" ? 1 : 2);
  });

  Deno.test(`FoxgloveClient.${name}() rejects without the capability`, async () => {
    const { client } = await connectedClient({}, { ...FULL_SERVER_INFO, capabilities: [] });
    await assertRejects(() => make(client), TypeError, "the server has no capability");
  });
}

Deno.test("M07 FoxgloveClient reports messages that it cannot read, and stays connected", async () => {
  const { client, peer } = await connectedClient();
  const errors: unknown[] = [];
  client.addListener({ onError: (_client, error) => errors.push(error) });
  const broken = ["{", "[]", "{}", '{"op":"newThing"}', '{"op":"status","level":7,"message":""}'];
  for (const text of broken) peer.saysRaw(text);
  for (const frame of [[], [99], [1, 0], [5, 9, 0]]) peer.saysRaw(Uint8Array.from(frame));
  const codes = errors.map((error) => error instanceof ProtocolError ? error.code : error);
  assertEquals(codes, [
    "invalid-json",
    "not-an-object",
    "missing-op",
    "unknown-op",
    "invalid-field",
    "empty",
    "unknown-opcode",
    "truncated",
    "bad-status",
  ]);
  assertEquals([client.state.type, peer.closedWith], ["open", undefined]);
});

Deno.test("FoxgloveClient.callService() sends bytes in any form", async () => {
  const { client, peer } = await meetWithService();
  for (const [form, source] of Object.entries(byteSources())) {
    const result = client.callService("/echo", source);
    const call = peer.takes();
    if (call.op !== "serviceCallRequest") throw new Error(call.op);
    assertEquals(call.payload, SAME_BYTES, form);
    peer.says({ ...call, op: "serviceCallResponse" });
    assertEquals(await result, { encoding: "cdr", payload: SAME_BYTES });
  }
});

Deno.test("FoxgloveClient.callService() rejects a payload that is neither text nor bytes", async () => {
  const { client, peer } = await meetWithService();
  for (const [value, name] of notBytes()) {
    const text =
      `Cannot call service "/echo": its payload must be text or bytes (a buffer or a view of one), not ${name}`;
    await assertRejects(() => client.callService("/echo", value as ByteSource), TypeError, text);
  }
  peer.hearsNothing();
});
