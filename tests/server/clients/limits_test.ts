// Limits per client: each rejection names its option, and the connection stays open.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { StatusLevel } from "../../../src/protocol/status.ts";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import type { LimitOptions } from "../../../src/server/limit_options.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import {
  bytes,
  channel,
  clientChannel,
  type Conversation,
  conversation,
  type FakeClient,
  HookLog,
  ODOM,
  service,
  settled,
  subscription,
} from "../../support/conversation.ts";
import { TestClock } from "../../support/test_clock.ts";

const CAPABILITIES = [
  "clientPublish",
  "parameters",
  "parametersSubscribe",
  "services",
  "assets",
  "playbackControl",
] as const;

/** A server with all capabilities that have limits. */
function able(options: Partial<FoxgloveServerOptions>, clock = new TestClock()): Conversation {
  return conversation({ capabilities: CAPABILITIES, dataStartTime: 0n, dataEndTime: 9n, ...options }, { clock });
}

/** Ids from 1. */
function ids<T>(count: number, id: (number: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => id(index + 1));
}

/** Asserts that the client got no other message and is still connected. */
function assertOpen(client: FakeClient): void {
  client.hearsNothing();
  assertEquals(client.closedWith, undefined);
}

Deno.test("maxSubscriptions rejects one subscription too many, until another one ends", () => {
  const { server, client } = able({ maxSubscriptions: 2 });
  const channels = server.addChannels([ODOM, { ...ODOM, topic: "/b" }, { ...ODOM, topic: "/c" }]);
  const app = client();
  channels.slice(0, 2).forEach((id, index) => app.subscribes(index, id));
  app.subscribes(5, channel(3));
  app.hearsStatus(StatusLevel.ERROR, "Cannot subscribe to ", "more subscriptions", '"maxSubscriptions" allows (2)');
  app.says({ op: "unsubscribe", subscriptionIds: [subscription(0)] });
  app.subscribes(5, channel(3));
  assertEquals(channels.map((id) => server.hasSubscribers(id)), [false, true, true]);
  assertOpen(app);
});

for (const op of ["subscribe", "unsubscribe", "advertise", "unadvertise"] as const) {
  Deno.test(`FoxgloveServer rejects a "${op}" message with too many entries as a whole, with one ERROR`, () => {
    const { server, client } = able({ maxSubscriptions: 2, maxClientChannels: 2 });
    server.addChannel(ODOM);
    const app = client();
    switch (op) {
      case "subscribe":
        app.says({ op, subscriptions: ids(3, (id) => ({ id: subscription(id), channelId: channel(id) })) });
        break;
      case "unsubscribe":
        app.says({ op, subscriptionIds: ids(3, subscription) });
        break;
      case "advertise":
        app.says({
          op,
          channels: ids(3, (id) => ({ id: clientChannel(id), topic: "/a", encoding: "json", schemaName: "" })),
        });
        break;
      case "unadvertise":
        app.says({ op, channelIds: ids(3, clientChannel) });
        break;
    }
    const option = op.includes("sub") ? "maxSubscriptions" : "maxClientChannels";
    app.hearsStatus(StatusLevel.ERROR, `Cannot ${op}: more entries than "${option}" allows (2)`);
    assertEquals(server.hasSubscribers(channel(1)), false);
    assertOpen(app);
  });
}

Deno.test("maxClientChannels rejects one channel too many, with a status that names the option", () => {
  const calls = new HookLog();
  const { client } = able({
    maxClientChannels: 1,
    listener: { onClientAdvertise: (_server, { id }) => calls.note(id) },
  });
  const app = client();
  for (const id of ids(2, clientChannel)) {
    app.says({ op: "advertise", channels: [{ id, topic: "/cmd", encoding: "json", schemaName: "" }] });
  }
  app.hearsStatus(StatusLevel.ERROR, 'Cannot advertise "/cmd"', '"maxClientChannels" allows (1)');
  assertEquals(calls.take(), [[1]]);
  assertOpen(app);
});

Deno.test("maxParameters rejects a message with too many names", async () => {
  const calls = new HookLog();
  const { client } = able({
    maxParameters: 2,
    listener: {
      onGetParameters: () => (calls.note("get"), []),
      onSetParameters: () => (calls.note("set"), []),
      onParametersSubscribe: (_server, names, subscribe) => calls.note(subscribe, names),
    },
  });
  const app = client();
  const names = ["a", "b", "c"];
  app.says({ op: "getParameters", parameterNames: names, id: "q" });
  app.says({ op: "setParameters", parameters: names.map((name) => ({ name, value: 1 })) });
  app.says({ op: "subscribeParameterUpdates", parameterNames: names });
  app.says({ op: "unsubscribeParameterUpdates", parameterNames: names });
  await settled();
  for (
    const doing of [
      "get parameters",
      "set parameters",
      "subscribe to parameters",
      "unsubscribe from parameters",
    ]
  ) {
    app.hearsStatus(StatusLevel.ERROR, `Cannot ${doing}: more entries than "maxParameters" allows (2)`);
  }
  assertEquals(calls.take(), []);
  assertOpen(app);
});

Deno.test("maxParameters limits how many parameters a client watches by name", () => {
  const calls = new HookLog();
  const { client } = able({
    maxParameters: 2,
    listener: { onParametersSubscribe: (_server, names, subscribe) => calls.note(subscribe, names) },
  });
  const app = client();
  app.says({ op: "subscribeParameterUpdates", parameterNames: ["a", "b"] });
  app.says({ op: "subscribeParameterUpdates", parameterNames: ["b", "a"] });
  app.says({ op: "subscribeParameterUpdates", parameterNames: ["b", "c"] });
  app.hearsStatus(StatusLevel.ERROR, 'more parameters than "maxParameters" allows (2)');
  app.says({ op: "unsubscribeParameterUpdates", parameterNames: ["a"] });
  app.says({ op: "subscribeParameterUpdates", parameterNames: ["b", "c"] });
  assertEquals(calls.take(), [[true, ["a", "b"]], [false, ["a"]], [true, ["c"]]]);
  assertOpen(app);
});

Deno.test("maxParameters limits how many unsubscribed names the server remembers while all parameters are looked up", async () => {
  const found = Promise.withResolvers<[]>();
  const { client } = able({ maxParameters: 2, listener: { onGetParameters: () => found.promise } });
  const app = client();
  app.says({ op: "subscribeParameterUpdates", parameterNames: [] });
  app.says({ op: "unsubscribeParameterUpdates", parameterNames: ["a", "b"] });
  app.says({ op: "unsubscribeParameterUpdates", parameterNames: ["c"] });
  app.hearsStatus(StatusLevel.ERROR, "Cannot unsubscribe from parameters", '"maxParameters" allows (2)');
  found.resolve([]);
  await settled();
  app.says({ op: "unsubscribeParameterUpdates", parameterNames: ["c"] });
  assertOpen(app);
});

const LONG = "x".repeat(9);

/** The answer to each request with a name of nine characters if eight are allowed. */
const LONG_NAMES: Readonly<Record<string, { ask: (client: FakeClient) => void; answer: string }>> = {
  "a parameter to get": {
    ask: (client) => client.says({ op: "getParameters", parameterNames: [LONG], id: "q" }),
    answer: "status: Cannot get parameters",
  },
  "a parameter to set": {
    ask: (client) => client.says({ op: "setParameters", parameters: [{ name: LONG, value: 1 }], id: "q" }),
    answer: "status: Cannot set parameters",
  },
  "the id of a request for parameters": {
    ask: (client) => client.says({ op: "getParameters", parameterNames: [], id: LONG }),
    answer: "status: Cannot get parameters",
  },
  "a parameter to watch": {
    ask: (client) => client.says({ op: "subscribeParameterUpdates", parameterNames: ["a", LONG] }),
    answer: "status: Cannot subscribe to parameters",
  },
  "a parameter to unsubscribe from": {
    ask: (client) => client.says({ op: "unsubscribeParameterUpdates", parameterNames: [LONG] }),
    answer: "status: Cannot unsubscribe from parameters",
  },
  "a client channel's topic": {
    ask: (client) =>
      client.says({
        op: "advertise",
        channels: [{ id: clientChannel(1), topic: LONG, encoding: "json", schemaName: "" }],
      }),
    answer: "status: Cannot advertise",
  },
  "the encoding of a service call": {
    ask: (client) =>
      client.says({
        op: "serviceCallRequest",
        serviceId: service(1),
        callId: 3,
        encoding: LONG,
        payload: new Uint8Array(),
      }),
    answer: "serviceCallFailure: Cannot call a service",
  },
  "an asset's uri": {
    ask: (client) => client.says({ op: "fetchAsset", uri: LONG, requestId: 3 }),
    answer: "fetchAssetResponse: Cannot fetch an asset",
  },
  "the id of a playback request": {
    ask: (client) => client.says({ op: "playbackControlRequest", command: "play", speed: 1, requestId: LONG }),
    answer: "status: Cannot control playback",
  },
};

for (const [what, { ask, answer }] of Object.entries(LONG_NAMES)) {
  Deno.test(`maxNameLength rejects ${what} that is too long, and does not repeat it`, () => {
    const { client } = able({ maxNameLength: 8 });
    const app = client();
    ask(app);
    const { op, ...said } = app.takes();
    const text = Object.entries(said).find(([member]) => member === "message" || member === "error")?.[1];
    assertEquals(`${op}: ${text}`, `${answer}: more characters in a name than "maxNameLength" allows (8)`);
    assertOpen(app);
  });
}

Deno.test("maxJsonDepth rejects JSON that is nested too deeply without parsing it", () => {
  const { server, client } = able({ maxJsonDepth: 3 });
  server.addChannel(ODOM);
  const app = client();
  app.saysRaw('{"op":"subscribe","subscriptions":[{"id":1,"channelId":1,"future":[]}]}');
  app.hearsStatus(StatusLevel.ERROR, 'more levels of nesting than "maxJsonDepth" allows (3)');
  app.saysRaw('{"op":"subscribe","subscriptions":[{"id":1,"channelId":1,"future":"[[[["}]}');
  assertEquals(server.hasSubscribers(channel(1)), true);
  assertOpen(app);
});

Deno.test("maxJsonDepth allows parameter values that are as deep as the codec accepts by default", async () => {
  const { client } = able({ listener: { onSetParameters: (_server, parameters) => parameters } });
  const app = client();
  const nested = `${"[".repeat(100)}1${"]".repeat(100)}`;
  const list = `[{"name":"a","value":${nested}}]`;
  app.saysRaw(`{"op":"setParameters","parameters":${list},"id":"q"}`);
  await settled();
  assertEquals(app.wire.at(-1), `{"op":"parameterValues","parameters":${list},"id":"q"}`);
});

Deno.test("maxJsonValues rejects JSON with too many values and member names without parsing it", () => {
  const { server, client } = able({ maxJsonValues: 10 });
  server.addChannel(ODOM);
  const app = client();
  app.saysRaw('{"op":"subscribe","subscriptions":[{"id":1,"channelId":1},');
  app.hearsStatus(StatusLevel.ERROR, "Cannot read text message", 'more values than "maxJsonValues" allows (10)');
  app.saysRaw('{"op":"subscribe","subscriptions":[{"id":1,"channelId":1},0]}');
  app.hearsStatus(StatusLevel.ERROR, '"maxJsonValues" allows (10)');
  // An object, two names, a string, a list, an object, two names and two numbers.
  app.saysRaw('{"op":"subscribe","subscriptions":[{"id":1,"channelId":1}]}');
  assertEquals(server.hasSubscribers(channel(1)), true);
  assertOpen(app);
});

Deno.test("maxJsonValues allows 200,000 values per message by default", () => {
  const { client } = able({});
  const app = client();
  const message = (entries: number) => `{"op":"unadvertise","channelIds":[${"0,".repeat(entries - 1)}0]}`;
  app.saysRaw(message(199_995));
  app.hearsStatus(StatusLevel.ERROR, '"maxClientChannels"');
  app.saysRaw(message(199_996));
  app.hearsStatus(StatusLevel.ERROR, '"maxJsonValues" allows (200000)');
  assertOpen(app);
});

/** The lists of these messages are not readable. A rejection for another reason happened before they were read. */
const UNREADABLE: Readonly<Record<string, { text: string; why: string; options?: Partial<FoxgloveServerOptions> }>> = {
  "parameters to set, without the capability,": {
    text: '{"op":"setParameters","parameters":[{"name":"a","value":[null]}]}',
    why: 'no capability "parameters"',
    options: { capabilities: ["playbackControl"] },
  },
  "parameters to set, if there are too many,": {
    text: '{"op":"setParameters","parameters":[{"name":"a","value":[null]},{},{}]}',
    why: '"maxParameters" allows (2)',
  },
  "a parameter to set whose name is too long": {
    text: '{"op":"setParameters","parameters":[{"name":"123456789","value":[null]}]}',
    why: '"maxNameLength" allows (8)',
  },
  "a parameter to set without the right to set it,": {
    text: '{"op":"setParameters","parameters":[{"name":"a","value":[null]}]}',
    why: 'permission denied for "a"',
  },
  "parameters to get": {
    text: '{"op":"getParameters","parameterNames":[0,0,0]}',
    why: '"maxParameters" allows (2)',
  },
  "parameters to watch": {
    text: '{"op":"subscribeParameterUpdates","parameterNames":[0,0,0]}',
    why: '"maxParameters" allows (2)',
  },
  "channels to advertise": {
    text: '{"op":"advertise","channels":[0,0,0]}',
    why: '"maxClientChannels" allows (2)',
  },
  "subscriptions": {
    text: '{"op":"subscribe","subscriptions":[0,0,0]}',
    why: '"maxSubscriptions" allows (2)',
  },
};

for (const [what, { text, why, options }] of Object.entries(UNREADABLE)) {
  Deno.test(`FoxgloveServer rejects ${what} before it reads the values`, () => {
    const { client } = able({
      maxParameters: 2,
      maxClientChannels: 2,
      maxSubscriptions: 2,
      maxNameLength: 8,
      ...options,
    });
    const app = client({ identity: { rights: { writableParameters: ["b"] } } });
    app.saysRaw(text);
    app.hearsStatus(StatusLevel.ERROR, why);
    assertOpen(app);
  });
}

const TEN_BYTES: Readonly<Record<string, readonly [ten: string | Uint8Array, eleven: string | Uint8Array]>> = {
  "bytes": [new Uint8Array(10), new Uint8Array(11)],
  "ASCII": ["0123456789", "0123456789a"],
  "other text": ["üüüüü", "üüüüüx"],
};

for (const [what, [ten, eleven]] of Object.entries(TEN_BYTES)) {
  Deno.test(`maxMessageBytes disconnects a client with 1009 for one byte too many (${what})`, async () => {
    const calls = new HookLog();
    const { server, client, log } = able({
      maxMessageBytes: 10,
      listener: { onClientDisconnect: (_server, { client }) => calls.note(client.id) },
    });
    const [app, other] = [client(), client()];
    app.saysRaw(ten);
    app.hearsStatus(StatusLevel.ERROR, "Cannot read");
    app.saysRaw(eleven);
    app.hearsStatus(StatusLevel.ERROR, "disconnected", '"maxMessageBytes" allows (10)');
    assertEquals(app.closedWith, { code: 1009, reason: "message too big" });
    await settled();
    assertEquals(calls.take(), [[1]]);
    assertEquals([server.clients.size, server.stats().disconnections.excess], [1, 1]);
    assertEquals(log.includes("warn: Client 1 sends too much and is disconnected"), true);
    app.saysRaw("late");
    app.hearsNothing();
    assertOpen(other);
  });
}

Deno.test("maxTextBytes may be below maxMessageBytes, and has no effect above it", async () => {
  const { client } = able({ maxMessageBytes: 10, maxTextBytes: 5 });
  const app = client();
  app.saysRaw(new Uint8Array(10));
  app.saysRaw("01234");
  for (const kind of ["binary", "text"]) app.hearsStatus(StatusLevel.ERROR, `Cannot read ${kind} message`);
  app.saysRaw("012345");
  app.hearsStatus(StatusLevel.ERROR, "disconnected", '"maxTextBytes" allows (5)');
  assertEquals(app.closedWith, { code: 1009, reason: "message too big" });
  await settled();

  const other = able({ maxMessageBytes: 10 }).client();
  other.saysRaw("0123456789a");
  other.hearsStatus(StatusLevel.ERROR, "disconnected", '"maxMessageBytes" allows (10)');
});

/** A server that accepts ten messages or bytes per second, and a client that publishes two bytes at a time. */
function limited(limits: LimitOptions): { calls: HookLog; clock: TestClock; app: FakeClient; publish: () => void } {
  const calls = new HookLog();
  const clock = new TestClock();
  const { client } = able({
    ...limits,
    listener: { onClientMessage: (_server, id) => calls.note(id) },
  }, clock);
  const app = client();
  app.says({
    op: "advertise",
    channels: [{ id: clientChannel(1), topic: "/cmd", encoding: "json", schemaName: "" }],
  });
  clock.advance(60_000);
  const publish = () => app.says({ op: "messageData", channelId: clientChannel(1), payload: bytes("{}") });
  return { calls, clock, app, publish };
}

for (const [option, value] of [["maxMessagesPerSecond", 10], ["maxBytesPerSecond", 70]] as const) {
  Deno.test(`${option} sends an ERROR above the rate, and disconnects with 1008 if the client goes on`, async () => {
    // A publish has seven bytes. The text that advertises the channel must fit as well.
    const { calls, app, publish } = limited({ [option]: value });
    app.takesAll();
    for (let count = 0; count < 10; count++) publish();
    app.hearsNothing();
    for (let count = 0; count < 10; count++) publish();
    app.hearsStatus(StatusLevel.ERROR, "will be disconnected if it continues", `"${option}" allows (${value})`);
    app.hearsNothing();
    assertEquals([calls.take().length, app.closedWith], [20, undefined]);
    publish();
    app.hearsStatus(StatusLevel.ERROR, `"${option}" allows (${value})`, "this client is disconnected");
    assertEquals(app.closedWith, { code: 1008, reason: "sends too much" });
    await settled();
    publish();
    assertEquals(calls.take().length, 0);
    app.hearsNothing();
  });
}

Deno.test("maxMessagesPerSecond sends no warning to a client that keeps the limit", () => {
  const { calls, clock, app, publish } = limited({ maxMessagesPerSecond: 10 });
  for (let count = 0; count < 100; count++) {
    publish();
    clock.advance(100);
  }
  assertEquals(calls.take().length, 100);
  assertOpen(app);
});

Deno.test("maxMessagesPerSecond sends its warning even while other statuses are throttled", () => {
  const { client } = able({ maxMessagesPerSecond: 20 });
  const app = client();
  for (let count = 0; count < 21; count++) app.saysRaw("hello");
  const texts: string[] = [];
  while (app.inboxSize > 0) texts.push(app.hearsStatus(app.inboxSize === 2 ? StatusLevel.WARNING : StatusLevel.ERROR));
  assertEquals(texts.length, 12);
  assertEquals(texts.at(-1)?.includes("maxMessagesPerSecond"), true);
});

Deno.test("maxBytesPerSecond counts text eight times", () => {
  const { client } = able({ maxBytesPerSecond: 80 });
  const [text, binary] = [client(), client()];
  text.saysRaw("0123456789");
  text.hearsStatus(StatusLevel.ERROR, "Cannot read text message");
  text.saysRaw("0");
  text.hearsStatus(StatusLevel.ERROR, "maxBytesPerSecond");
  binary.saysRaw(new Uint8Array(80));
  binary.hearsStatus(StatusLevel.ERROR, "Cannot read binary message");
  binary.hearsNothing();
});

Deno.test("FoxgloveServer does not limit rates that are set to 0", () => {
  const { calls, app, publish } = limited({ maxMessagesPerSecond: 0, maxBytesPerSecond: 0 });
  for (let count = 0; count < 50_000; count++) publish();
  assertEquals(calls.take().length, 50_000);
  assertOpen(app);
});

const OUT_OF_RANGE: readonly (readonly [keyof LimitOptions, number])[] = [
  ["maxClients", 0],
  ["maxClientsPerAddress", -1],
  ["maxSubscriptions", 0],
  ["maxClientChannels", 0.5],
  ["maxParameters", NaN],
  ["maxPendingRequests", 0],
  ["maxQueuedRequests", -1],
  ["maxRequestBytes", 0],
  ["maxTotalRequestBytes", 0],
  ["maxNameLength", 0],
  ["maxJsonDepth", 0],
  ["maxJsonValues", 0],
  ["maxMessageBytes", 0],
  ["maxMessageBytes", 64 * 1024 * 1024],
  ["maxTextBytes", 0],
  ["maxMessagesPerSecond", -1],
  ["maxBytesPerSecond", Infinity],
];

for (const [option, value] of OUT_OF_RANGE) {
  Deno.test(`FoxgloveServer rejects ${option} ${value} as out of range`, () => {
    assertThrows(() => new FoxgloveServer({ name: "test", [option]: value }), RangeError, `"${option}" is ${value}`);
  });
}
