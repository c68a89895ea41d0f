// Malformed input from clients: it gets an answer, has no effect, and ends no connection.

import { assertEquals } from "@std/assert/equals";
import { assertNotEquals } from "@std/assert/not-equals";
import type { ServerMessage } from "../../../src/protocol/messages.ts";
import { StatusLevel } from "../../../src/protocol/status.ts";
import type { FoxgloveServerListener } from "../../../src/server/listener.ts";
import { bytes as hex } from "../../protocol/hex.ts";
import { input, VECTORS } from "../../protocol/vectors.ts";
import { assertStillWorks, fullConversation } from "../../support/full_conversation.ts";
import {
  bytes,
  channel,
  clientChannel,
  HookLog,
  ODOM,
  service,
  settled,
  subscription,
} from "../../support/conversation.ts";
import { FakeClock } from "../../support/fake_clock.ts";

/** Records the calls of every hook that a client's message can cause. */
function recording(calls: HookLog): FoxgloveServerListener {
  return {
    onSubscribe: () => calls.note("onSubscribe"),
    onUnsubscribe: () => calls.note("onUnsubscribe"),
    onClientSubscribe: () => calls.note("onClientSubscribe"),
    onClientUnsubscribe: () => calls.note("onClientUnsubscribe"),
    onClientAdvertise: () => calls.note("onClientAdvertise"),
    onClientUnadvertise: () => calls.note("onClientUnadvertise"),
    onClientMessage: () => calls.note("onClientMessage"),
    onParametersSubscribe: () => calls.note("onParametersSubscribe"),
    onConnectionGraphSubscribe: () => calls.note("onConnectionGraphSubscribe"),
    onServiceRequest: () => (calls.note("onServiceRequest"), "{}"),
    onGetParameters: () => (calls.note("onGetParameters"), []),
    onSetParameters: () => (calls.note("onSetParameters"), []),
    onFetchAsset: () => (calls.note("onFetchAsset"), new Uint8Array()),
    onPlaybackControl: () => (calls.note("onPlaybackControl"), undefined),
    onError: () => calls.note("onError"),
  };
}

/**
 * Asserts that there is one ERROR, no hook call and no message to another client, and that the connection stays open.
 */
async function assertRefused(data: string | Uint8Array, ...parts: string[]): Promise<void> {
  const calls = new HookLog();
  const { server, client, channelId, errors } = fullConversation(recording(calls));
  const [app, other] = [client(), client()];
  app.saysRaw(data);
  app.hearsStatus(StatusLevel.ERROR, ...parts);
  await settled();
  app.hearsNothing();
  other.hearsNothing();
  assertEquals(calls.take(), []);
  assertEquals(server.hasSubscribers(channelId), false);
  assertEquals(errors(), []);
  assertStillWorks(server, app);
}

const NO_MESSAGES: Readonly<Record<string, string>> = {
  "an empty text": "",
  "text that is not JSON": "hello",
  "truncated JSON": '{"op":"subscribe","subscriptions":[',
  "two messages in one": '{"op":"unsubscribe","subscriptionIds":[]}{"op":"unsubscribe","subscriptionIds":[]}',
  "an array": '[{"op":"subscribe","subscriptions":[]}]',
  "null": "null",
  "a number": "5",
  "a text": '"subscribe"',
  "an object without op": '{"subscriptions":[{"id":1,"channelId":1}]}',
  "an op that is null": '{"op":null}',
  "an op that is a number": '{"op":1}',
  "an op that is an array": '{"op":["subscribe"],"subscriptions":[{"id":1,"channelId":1}]}',
  "an op in __proto__ only": '{"__proto__":{"op":"subscribe"},"subscriptions":[{"id":1,"channelId":1}]}',
  "an empty op": '{"op":""}',
  "an unknown op": '{"op":"selfDestruct"}',
  "an op in another case": '{"op":"Subscribe","subscriptions":[{"id":1,"channelId":1}]}',
  "an op that a server sends": '{"op":"status","level":0,"message":"hello"}',
  "an op that is a member of every object": '{"op":"constructor"}',
  "the op of a binary message": '{"op":"messageData","channelId":1,"payload":""}',
  "deeply nested JSON": `{"op":"subscribe","subscriptions":${"[".repeat(200_000)}${"]".repeat(200_000)}}`,
};

for (const [what, text] of Object.entries(NO_MESSAGES)) {
  Deno.test(`M01 FoxgloveServer answers ${what} with an ERROR, and the connection stays open`, () =>
    assertRefused(text));
}

Deno.test("M01 FoxgloveServer answers an unknown op of any length with a short text", () => {
  const { client } = fullConversation({});
  const app = client();
  app.saysRaw(JSON.stringify({ op: "x".repeat(1_000_000) }));
  const text = app.hearsStatus(StatusLevel.ERROR, "xxx");
  assertEquals(text.length < 200, true, `${text.length} characters`);
});

/** Values that are not a uint32. */
const NO_UINT32 = ["-1", "0.5", "4294967296", "1e400", '"1"', "null", "true", "[1]", "{}"];
/** Server channels may have larger ids than uint32. */
const NO_CHANNEL_ID = ["-1", "0.5", "9007199254740992", "1e400", '"1"', "null", "true", "[1]", "{}"];
const NO_TEXT = ["5", "null", "true", '["a"]', "{}"];
const NO_LIST = ["null", '"a"', "5", "{}", '{"0":1,"length":1}', "true"];
const NO_OBJECT = ["null", '"a"', "5", "[]", "true"];

/** A message with a gap at the `?`, and values that are invalid there. */
interface Gap {
  json: string;
  wrong: readonly string[];
  /** Whether the member is optional. */
  optional?: boolean;
}

const GAPS: Readonly<Record<string, readonly Gap[]>> = {
  subscribe: [
    { json: '{"op":"subscribe","subscriptions":?}', wrong: NO_LIST },
    { json: '{"op":"subscribe","subscriptions":[{"id":1,"channelId":1},?]}', wrong: NO_OBJECT },
    { json: '{"op":"subscribe","subscriptions":[{"id":1,"channelId":1},{"id":?,"channelId":1}]}', wrong: NO_UINT32 },
    {
      json: '{"op":"subscribe","subscriptions":[{"id":1,"channelId":1},{"id":2,"channelId":?}]}',
      wrong: NO_CHANNEL_ID,
    },
  ],
  unsubscribe: [
    { json: '{"op":"unsubscribe","subscriptionIds":?}', wrong: NO_LIST },
    { json: '{"op":"unsubscribe","subscriptionIds":[5,?]}', wrong: NO_UINT32 },
  ],
  advertise: [
    { json: '{"op":"advertise","channels":?}', wrong: NO_LIST },
    {
      json: '{"op":"advertise","channels":[{"id":1,"topic":"/a","encoding":"json","schemaName":""},?]}',
      wrong: NO_OBJECT,
    },
    {
      json: '{"op":"advertise","channels":[{"id":1,"topic":"/a","encoding":"json","schemaName":""},' +
        '{"id":?,"topic":"/b","encoding":"json","schemaName":""}]}',
      wrong: NO_UINT32,
    },
    {
      json: '{"op":"advertise","channels":[{"id":1,"topic":"/a","encoding":"json","schemaName":""},' +
        '{"id":2,"topic":?,"encoding":"json","schemaName":""}]}',
      wrong: NO_TEXT,
    },
    { json: '{"op":"advertise","channels":[{"id":2,"topic":"/b","encoding":?,"schemaName":""}]}', wrong: NO_TEXT },
    { json: '{"op":"advertise","channels":[{"id":2,"topic":"/b","encoding":"json","schemaName":?}]}', wrong: NO_TEXT },
    {
      json: '{"op":"advertise","channels":[{"id":2,"topic":"/b","encoding":"json","schemaName":"","schema":?}]}',
      wrong: NO_TEXT.filter((value) => value !== "null"),
      optional: true,
    },
    {
      json:
        '{"op":"advertise","channels":[{"id":2,"topic":"/b","encoding":"json","schemaName":"","schemaEncoding":?}]}',
      wrong: NO_TEXT.filter((value) => value !== "null"),
      optional: true,
    },
  ],
  unadvertise: [
    { json: '{"op":"unadvertise","channelIds":?}', wrong: NO_LIST },
    { json: '{"op":"unadvertise","channelIds":[6,?]}', wrong: NO_UINT32 },
  ],
  getParameters: [
    { json: '{"op":"getParameters","parameterNames":?,"id":"q"}', wrong: NO_LIST },
    { json: '{"op":"getParameters","parameterNames":["a",?],"id":"q"}', wrong: NO_TEXT },
    { json: '{"op":"getParameters","parameterNames":["a"],"id":?}', wrong: ["5", "[]", "{}", "false"], optional: true },
  ],
  setParameters: [
    { json: '{"op":"setParameters","parameters":?,"id":"q"}', wrong: NO_LIST },
    { json: '{"op":"setParameters","parameters":[{"name":"a","value":1},?],"id":"q"}', wrong: NO_OBJECT },
    { json: '{"op":"setParameters","parameters":[{"name":"a","value":1},{"name":?,"value":1}]}', wrong: NO_TEXT },
    {
      json: '{"op":"setParameters","parameters":[{"name":"a","value":1},{"name":"b","value":?,"type":"float64"}]}',
      wrong: ['"1"', "true", "[1]", "{}", "1e400"],
      optional: true,
    },
    {
      json: '{"op":"setParameters","parameters":[{"name":"a","value":1},{"name":"b","value":?,"type":"byte_array"}]}',
      wrong: ["1", '"no base64"', '["AA=="]'],
      optional: true,
    },
  ],
  subscribeParameterUpdates: [
    { json: '{"op":"subscribeParameterUpdates","parameterNames":?}', wrong: NO_LIST },
    { json: '{"op":"subscribeParameterUpdates","parameterNames":["a",?]}', wrong: NO_TEXT },
  ],
  unsubscribeParameterUpdates: [
    { json: '{"op":"unsubscribeParameterUpdates","parameterNames":?}', wrong: NO_LIST },
    { json: '{"op":"unsubscribeParameterUpdates","parameterNames":["w",?]}', wrong: NO_TEXT },
  ],
  fetchAsset: [
    { json: '{"op":"fetchAsset","uri":?,"requestId":1}', wrong: NO_TEXT },
    { json: '{"op":"fetchAsset","uri":"package://a","requestId":?}', wrong: NO_UINT32 },
  ],
};

/** The message with each invalid value in its gap, and without the member unless that is optional. */
function filled({ json, wrong, optional = false }: Gap): string[] {
  const texts = wrong.map((value) => json.replace("?", value));
  const isMember = json.includes('":?');
  if (isMember && !optional) texts.push(without(json));
  return texts;
}

function without(json: string): string {
  const message: unknown = JSON.parse(
    json.replace("?", '"gap"'),
    (_name, value) => value === "gap" ? undefined : value,
  );
  return JSON.stringify(message);
}

for (const [op, gaps] of Object.entries(GAPS)) {
  Deno.test(`M02 FoxgloveServer answers ${op} with a missing or invalid member with an ERROR, and applies none of it`, async () => {
    for (const text of gaps.flatMap(filled)) await assertHasNoEffect(text, `"${op}"`);
  });
}

/** Asserts that there is one ERROR, and that the state of the client is unchanged. */
async function assertHasNoEffect(text: string, part: string): Promise<void> {
  const calls = new HookLog();
  const { server, client, channelId, errors } = fullConversation(recording(calls));
  const other = server.addChannel({ ...ODOM, topic: "/other" });
  const app = client();
  app.subscribes(5, other);
  app.says({ op: "advertise", channels: [{ id: clientChannel(6), topic: "/c", encoding: "json", schemaName: "" }] });
  app.says({ op: "subscribeParameterUpdates", parameterNames: ["w"] });
  assertEquals(calls.take().length, 4);

  app.saysRaw(text);
  try {
    app.hearsStatus(StatusLevel.ERROR, part);
    await settled();
    app.hearsNothing();
    assertEquals(calls.take(), []);
    assertEquals(errors(), []);
    assertEquals(server.hasSubscribers(channelId), false);
    server.sendMessage(other, 5n, "still subscribed");
    assertEquals(app.takes().op, "messageData");
    app.says({ op: "messageData", channelId: clientChannel(6), payload: bytes("still advertised") });
    assertEquals(calls.take(), [["onClientMessage"]]);
    server.updateParameters([{ name: "w", value: "still watched" }, { name: "a", value: "not watched" }]);
    app.hears({ op: "parameterValues", parameters: [{ name: "w", value: "still watched" }] });
    assertStillWorks(server, app);
  } catch (cause) {
    throw new Error(`After ${text}`, { cause });
  }
}

Deno.test("M02 FoxgloveServer applies no entry of a list whose last entry is invalid, and the ids stay free", () => {
  const { server, client, channelId } = fullConversation({});
  const other = server.addChannel({ ...ODOM, topic: "/other" });
  const app = client();
  app.saysRaw(
    JSON.stringify({ op: "subscribe", subscriptions: [{ id: 1, channelId }, { id: 2, channelId: "other" }] }),
  );
  app.hearsStatus(StatusLevel.ERROR, '"subscribe"', "subscriptions[1].channelId");
  assertEquals([server.hasSubscribers(channelId), server.hasSubscribers(other)], [false, false]);
  server.sendMessage(channelId, 5n, "nobody");
  app.hearsNothing();
  app.subscribes(1, channelId);
  server.sendMessage(channelId, 5n, "somebody");
  app.hears({ op: "messageData", subscriptionId: subscription(1), timestamp: 5n, payload: bytes("somebody") });
});

const BAD_FRAMES: Readonly<Record<string, string>> = {
  "an empty frame": "",
  "opcode 0": "00",
  "an unknown opcode": "04 01000000 00",
  "the highest opcode": "ff",
  "JSON in a binary frame": "7b226f70223a2273756273637269626522",
  "messageData without a channel id": "01",
  "messageData with part of a channel id": "01 010000",
  "serviceCallRequest without ids": "02",
  "serviceCallRequest with part of its ids": "02 01000000 090000",
  "playbackControlRequest without anything": "03",
  "playbackControlRequest with an unknown command": "03 02 0000803f 00 0000000000000000 00000000",
  "playbackControlRequest without its request id's length": "03 00 0000803f 00 0000000000000000",
  "playbackControlRequest with a request id beyond the frame": "03 00 0000803f 00 0000000000000000 ffffffff 78",
  "playbackControlRequest with a request id that is not UTF-8": "03 00 0000803f 00 0000000000000000 01000000 ff",
};

for (const [what, frame] of Object.entries(BAD_FRAMES)) {
  Deno.test(`M03 FoxgloveServer answers ${what} with an ERROR, and the connection stays open`, () =>
    assertRefused(hex(frame)));
}

const BAD_CALLS: Readonly<Record<string, string>> = {
  "the length of its encoding cut off": "02 01000000 09000000 0400",
  "its encoding cut off": "02 01000000 09000000 04000000 6a736f",
  "an encoding that is not UTF-8": "02 01000000 09000000 02000000 c328",
};

for (const [what, frame] of Object.entries(BAD_CALLS)) {
  Deno.test(`M03 FoxgloveServer fails a service call with ${what}, and the connection stays open`, async () => {
    const calls = new HookLog();
    const { server, client } = fullConversation(recording(calls));
    const app = client();
    app.saysRaw(hex(frame));
    const failure = app.takes();
    const message = failure.op === "serviceCallFailure" ? failure.message : "";
    assertEquals(failure, { op: "serviceCallFailure", serviceId: service(1), callId: 9, message });
    assertNotEquals(message, "");
    await settled();
    assertEquals(calls.take(), []);
    assertStillWorks(server, app);
  });
}

for (const vector of VECTORS.filter(({ name, valid }) => name.startsWith("c2s.") && !valid)) {
  Deno.test(`M03 FoxgloveServer answers ${vector.name} once, and the connection stays open`, async () => {
    const calls = new HookLog();
    const { server, client } = fullConversation(recording(calls));
    const app = client();
    app.saysRaw(input(vector));
    await settled();
    const { op } = app.takes();
    assertEquals(["status", "serviceCallFailure"].includes(op), true, op);
    assertEquals(calls.take(), []);
    assertStillWorks(server, app);
  });
}

const EXTRA = { future: [1, { a: null }], constructor: "x", toString: 5 };
/** The message with a `__proto__` member, which only JSON text can contain. */
const more = (json: object) => JSON.stringify({ ...json, ...EXTRA }).replace("{", '{"__proto__":{"op":"x","id":-1},');

/** Messages and list entries with unknown members, and what each one causes. */
const WITH_MORE: Readonly<
  Record<string, { text: string; hook?: keyof FoxgloveServerListener; answer?: ServerMessage["op"] }>
> = {
  subscribe: {
    text: more({ op: "subscribe", subscriptions: [{ id: 1, channelId: 1, ...EXTRA }] }),
    hook: "onSubscribe",
  },
  unsubscribe: { text: more({ op: "unsubscribe", subscriptionIds: [5] }), hook: "onClientUnsubscribe" },
  advertise: {
    text: more({ op: "advertise", channels: [{ id: 1, topic: "/a", encoding: "json", schemaName: "", ...EXTRA }] }),
    hook: "onClientAdvertise",
  },
  unadvertise: { text: more({ op: "unadvertise", channelIds: [6] }), hook: "onClientUnadvertise" },
  getParameters: {
    text: more({ op: "getParameters", parameterNames: [] }),
    hook: "onGetParameters",
    answer: "parameterValues",
  },
  setParameters: {
    text: more({ op: "setParameters", parameters: [{ name: "a", value: 1, ...EXTRA }], id: "q" }),
    hook: "onSetParameters",
    answer: "parameterValues",
  },
  subscribeParameterUpdates: {
    text: more({ op: "subscribeParameterUpdates", parameterNames: ["a"] }),
    hook: "onParametersSubscribe",
  },
  unsubscribeParameterUpdates: {
    text: more({ op: "unsubscribeParameterUpdates", parameterNames: ["w"] }),
    hook: "onParametersSubscribe",
  },
  subscribeConnectionGraph: {
    text: more({ op: "subscribeConnectionGraph" }),
    hook: "onConnectionGraphSubscribe",
    answer: "connectionGraphUpdate",
  },
  unsubscribeConnectionGraph: { text: more({ op: "unsubscribeConnectionGraph" }) },
  fetchAsset: {
    text: more({ op: "fetchAsset", uri: "package://a", requestId: 1 }),
    hook: "onFetchAsset",
    answer: "fetchAssetResponse",
  },
};

for (const [op, { text, hook, answer }] of Object.entries(WITH_MORE)) {
  Deno.test(`M04 FoxgloveServer ignores unknown members of ${op}`, async () => {
    const calls = new HookLog();
    const { server, client } = fullConversation(recording(calls));
    const other = server.addChannel({ ...ODOM, topic: "/other" });
    const app = client();
    app.subscribes(5, other);
    app.says({ op: "advertise", channels: [{ id: clientChannel(6), topic: "/c", encoding: "json", schemaName: "" }] });
    app.says({ op: "subscribeParameterUpdates", parameterNames: ["w"] });
    calls.take();
    app.saysRaw(text);
    await settled();
    assertEquals(calls.take()[0]?.[0], hook);
    if (answer) assertEquals(app.takes().op, answer);
    app.hearsNothing();
  });
}

Deno.test("M04 FoxgloveServer passes no unknown members of a channel to the hook", () => {
  const seen: unknown[] = [];
  const { client } = fullConversation({ onClientAdvertise: (_server, channel) => void seen.push(channel) });
  client().saysRaw(
    '{"op":"advertise","channels":[{"id":1,"topic":"/a","encoding":"json","schemaName":"","x":1,"__proto__":{"y":1}}]}',
  );
  assertEquals(seen, [{ id: clientChannel(1), topic: "/a", encoding: "json", schemaName: "" }]);
});

const BAD: Readonly<Record<string, string | Uint8Array>> = {
  "text that is not JSON": "hello",
  "unknown ops": '{"op":"selfDestruct"}',
  "frames of an unknown opcode": Uint8Array.of(99, 1, 2, 3),
  "data on an unknown channel": Uint8Array.of(1, 9, 0, 0, 0),
};

for (const [what, data] of Object.entries(BAD)) {
  Deno.test(`M06 FoxgloveServer answers a flood of ${what} with ten ERRORs per second, and one note about the omitted ones`, () => {
    using clock = new FakeClock();
    const { server, client } = fullConversation({});
    const [app, other] = [client(), client()];
    for (let second = 0; second < 3; second++) {
      for (let count = 0; count < 500; count++) app.saysRaw(data);
      for (let count = 0; count < 10; count++) app.hearsStatus(StatusLevel.ERROR);
      app.hearsStatus(StatusLevel.WARNING, "left out");
      app.hearsNothing();
      clock.nowMs += 999;
      app.saysRaw(data);
      app.hearsNothing();
      clock.nowMs += 1;
    }
    other.hearsNothing();
    assertEquals(app.closedWith, undefined);
    assertStillWorks(server, app);
  });
}

Deno.test("M06 FoxgloveServer counts errors of all kinds together, including those of hooks", () => {
  using _clock = new FakeClock();
  const { client } = fullConversation({
    onClientAdvertise() {
      throw new Error("out of order");
    },
  });
  const app = client();
  for (let count = 0; count < 5; count++) {
    app.saysRaw("hello");
    app.says({ op: "unsubscribe", subscriptionIds: [subscription(99)] });
    app.hearsStatus(StatusLevel.ERROR, "JSON");
    app.hearsStatus(StatusLevel.WARNING, "no such subscription");
  }
  app.says({ op: "advertise", channels: [{ id: clientChannel(1), topic: "/c", encoding: "json", schemaName: "" }] });
  app.hearsStatus(StatusLevel.WARNING, "left out");
  app.hearsNothing();
});

Deno.test("M06 FoxgloveServer treats one message with many invalid entries as a flood", () => {
  using _clock = new FakeClock();
  const { server, client, channelId } = fullConversation({});
  const app = client();
  const subscriptions = Array.from({ length: 1000 }, (_, id) => ({ id: subscription(id), channelId: channel(99) }));
  app.says({ op: "subscribe", subscriptions: [...subscriptions, { id: subscription(5000), channelId }] });
  assertEquals(app.inboxSize, 11);
  assertEquals(server.hasSubscribers(channelId), true);
});

Deno.test("M06 a flood delays no responses, data, statuses of the program or errors for other clients", async () => {
  using _clock = new FakeClock();
  const { server, client, channelId } = fullConversation({ onFetchAsset: () => bytes("mesh") });
  const [app, other] = [client(), client()];
  for (let count = 0; count < 100; count++) app.saysRaw("hello");
  app.takesAll();

  app.subscribes(1, channelId);
  server.sendMessage(channelId, 5n, "data");
  server.sendStatus(StatusLevel.ERROR, "on fire");
  app.says({ op: "fetchAsset", uri: "package://a", requestId: 1 });
  app.hears(
    { op: "messageData", subscriptionId: subscription(1), timestamp: 5n, payload: bytes("data") },
    { op: "status", level: StatusLevel.ERROR, message: "on fire" },
  );
  assertEquals(await app.next(), { op: "fetchAssetResponse", requestId: 1, status: "success", data: bytes("mesh") });
  app.says({ op: "fetchAsset", uri: "package://a", requestId: 2 });
  assertEquals((await app.next()).op, "fetchAssetResponse");

  other.hearsStatus(StatusLevel.ERROR, "on fire");
  other.saysRaw("hello");
  other.hearsStatus(StatusLevel.ERROR, "JSON");
});
