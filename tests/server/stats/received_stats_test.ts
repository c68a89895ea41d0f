// FoxgloveServer.stats(): messages from clients, limits that they exceed, and failures of the program's code.

import { assertEquals } from "@std/assert/equals";
import { encodeClientMessage } from "../../../src/protocol/encode.ts";
import type { ClientMessage } from "../../../src/protocol/messages.ts";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import type { LimitName } from "../../../src/server/stats/server_stats.ts";
import { NO_FAILURES, NO_LIMIT_HITS, NO_MESSAGES } from "../../../src/server/stats/zeros.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import {
  bytes,
  channel,
  clientChannel,
  type Conversation,
  conversation,
  type FakeClient,
  ODOM,
  service,
  settled,
  subscription,
} from "../../support/conversation.ts";
import { TestClock } from "../../support/test_clock.ts";

function fixture(options: Partial<FoxgloveServerOptions> = {}): Conversation & { clock: TestClock } {
  const clock = new TestClock();
  const talk = conversation({
    capabilities: ["clientPublish", "parameters", "parametersSubscribe", "services", "assets", "connectionGraph"],
    supportedEncodings: ["json"],
    ...options,
  }, { clock });
  return { ...talk, clock };
}

const CHANNEL = { id: clientChannel(1), topic: "/cmd", encoding: "json", schemaName: "Cmd" };

/** One message of each op. */
const MESSAGES: Readonly<Record<ClientMessage["op"], ClientMessage>> = {
  subscribe: { op: "subscribe", subscriptions: [{ id: subscription(1), channelId: channel(1) }] },
  unsubscribe: { op: "unsubscribe", subscriptionIds: [subscription(1)] },
  advertise: { op: "advertise", channels: [CHANNEL] },
  messageData: { op: "messageData", channelId: clientChannel(1), payload: bytes("{}") },
  unadvertise: { op: "unadvertise", channelIds: [clientChannel(1)] },
  getParameters: { op: "getParameters", parameterNames: [] },
  setParameters: { op: "setParameters", parameters: [] },
  subscribeParameterUpdates: { op: "subscribeParameterUpdates", parameterNames: ["a"] },
  unsubscribeParameterUpdates: { op: "unsubscribeParameterUpdates", parameterNames: ["a"] },
  serviceCallRequest: {
    op: "serviceCallRequest",
    serviceId: service(1),
    callId: 1,
    encoding: "json",
    payload: bytes("{}"),
  },
  subscribeConnectionGraph: { op: "subscribeConnectionGraph" },
  unsubscribeConnectionGraph: { op: "unsubscribeConnectionGraph" },
  fetchAsset: { op: "fetchAsset", uri: "package://a", requestId: 1 },
  playbackControlRequest: { op: "playbackControlRequest", command: "play", speed: 1, requestId: "q" },
};

for (const [what, options] of [["allowed", {}], ["rejected", { capabilities: [] }]] as const) {
  Deno.test(`FoxgloveServer.stats() counts the messages of clients by op (${what})`, () => {
    const { server, client } = fixture(options);
    server.addChannel(ODOM);
    const [app, other] = [client(), client()];
    let total = 0;
    for (const [op, message] of Object.entries(MESSAGES)) {
      const frame = encodeClientMessage(message);
      for (const each of [app, other]) each.says(message);
      assertEquals([op, server.stats().received[message.op]], [op, { messages: 2, bytes: 2 * frame.length }]);
      total += 2 * frame.length;
    }
    app.leaves();
    app.says(MESSAGES.subscribe);
    const { messagesReceived, bytesReceived, received } = server.stats();
    assertEquals([messagesReceived, bytesReceived, received.invalid.messages], [28, total, 0]);
    assertEquals(Object.keys(received).toSorted(), Object.keys(NO_MESSAGES).toSorted());
  });
}

Deno.test("FoxgloveServer.stats() counts messages that cannot be read as invalid", () => {
  const { server, client } = fixture({ maxJsonDepth: 3, maxTextBytes: 60 });
  const app = client();
  const texts = ["", "[]", "{}", '{"op":"jump"}', '{"op":"subscribe"}', '{"op":"subscribe","a":[[[[]]]]}'];
  const frames = [new Uint8Array(), new Uint8Array([99]), new Uint8Array([1, 2])];
  for (const data of [...texts, ...frames]) app.saysRaw(data);
  app.saysRaw("x".repeat(61));
  const { messagesReceived, bytesReceived, received } = server.stats();
  const size = texts.join("").length + 3 + 61;
  assertEquals(received.invalid, { messages: 10, bytes: size });
  assertEquals([messagesReceived, bytesReceived], [10, size]);
});

/** For each limit: the options, and how a client exceeds it. Handshakes, requests and assets have their own tests. */
const EXCEEDED: Readonly<
  Partial<Record<LimitName, [options: Partial<FoxgloveServerOptions>, exceed: (client: FakeClient) => void]>>
> = {
  maxSubscriptions: [{ maxSubscriptions: 1 }, (client) => {
    client.subscribes(1, channel(1));
    client.subscribes(2, channel(2));
  }],
  maxClientChannels: [{ maxClientChannels: 1 }, (client) => {
    client.says(MESSAGES.advertise);
    client.says({ op: "advertise", channels: [{ ...CHANNEL, id: clientChannel(2) }] });
  }],
  maxParameters: [
    { maxParameters: 1 },
    (client) => client.says({ op: "subscribeParameterUpdates", parameterNames: ["a", "b"] }),
  ],
  maxQueuedRequests: [{ maxQueuedRequests: 0, maxPendingRequests: 1 }, (client) => {
    client.says(MESSAGES.getParameters);
    client.says(MESSAGES.getParameters);
  }],
  maxRequestBytes: [{ maxRequestBytes: 10 }, (client) => client.says(MESSAGES.getParameters)],
  maxTotalRequestBytes: [{ maxTotalRequestBytes: 1 }, (client) => {
    client.says({ op: "setParameters", parameters: [{ name: "a", value: "x".repeat(20_000) }] });
  }],
  maxNameLength: [{ maxNameLength: 4 }, (client) => client.says(MESSAGES.fetchAsset)],
  maxJsonDepth: [{ maxJsonDepth: 1 }, (client) => client.saysRaw('{"op":[[[]]]}')],
  maxJsonValues: [{ maxJsonValues: 1 }, (client) => client.saysRaw('{"op":[1,2,3]}')],
  maxMessageBytes: [{ maxMessageBytes: 8 }, (client) => client.saysRaw(new Uint8Array(9))],
  maxTextBytes: [{ maxTextBytes: 8 }, (client) => client.saysRaw("123456789")],
  maxMessagesPerSecond: [{ maxMessagesPerSecond: 1 }, (client) => {
    client.saysRaw(new Uint8Array());
    client.saysRaw(new Uint8Array());
  }],
  maxBytesPerSecond: [{ maxBytesPerSecond: 8 }, (client) => client.saysRaw(new Uint8Array(9))],
};

for (const [limit, [options, exceed]] of Object.entries(EXCEEDED)) {
  Deno.test(`FoxgloveServer.stats() counts clients that exceed ${limit}`, async () => {
    const { server, client } = fixture({ listener: { onGetParameters: () => new Promise(() => {}) }, ...options });
    server.addChannels([ODOM, { ...ODOM, topic: "/imu" }]);
    exceed(client());
    await settled();
    assertEquals(server.stats().limitHits, { ...NO_LIMIT_HITS, [limit]: 1 });
  });
}

Deno.test("FoxgloveServer.stats() counts each warning and the disconnection of a client that sends too fast", () => {
  const { server, client } = fixture({ maxMessagesPerSecond: 2 });
  const app = client();
  for (let count = 0; count < 5; count++) app.saysRaw(new Uint8Array());
  assertEquals(server.stats().limitHits.maxMessagesPerSecond, 2);
});

Deno.test("FoxgloveServer.stats() counts failures of hooks, filters, keyBy and fallback", async () => {
  const fail = () => {
    throw new Error("broken");
  };
  const { server, client } = fixture({
    channelFilter: fail,
    clientChannelFilter: fail,
    fallback: fail,
    listener: { onClientConnect: fail, onClientDisconnect: () => Promise.reject(new Error("later")), onError: fail },
  });
  const id = server.addChannel({ ...ODOM, latch: { depth: 1, keyBy: fail } });
  server.sendMessage(id, 1n, "x");
  const app = client();
  app.says(MESSAGES.advertise);
  app.leaves();
  await server.handleRequest(new Request("http://127.0.0.1/"));
  await settled();
  assertEquals(server.stats().hookErrors, {
    ...NO_FAILURES,
    onClientConnect: 1,
    onClientDisconnect: 1,
    onError: 2,
    channelFilter: 1,
    clientChannelFilter: 1,
    fallback: 1,
    keyBy: 1,
  });
});

Deno.test("FoxgloveServer.stats() counts each wrong parameter of a hook's result", async () => {
  const { server, client } = fixture({
    listener: {
      onGetParameters: () => [{ name: "a", value: () => {} }, { name: 5 }, { name: "b", value: 1 }] as never,
    },
  });
  client().says(MESSAGES.getParameters);
  await settled();
  assertEquals(server.stats().hookErrors, { ...NO_FAILURES, onGetParameters: 2 });
});

Deno.test("FoxgloveServer.stats() counts nothing at the beginning", () => {
  const server = new FoxgloveServer({ name: "test", sessionId: "one" });
  const { createdAt, sessionId, requests, roundTrips, ...stats } = server.stats();
  assertEquals([createdAt.getTime() <= new Date().getTime(), sessionId], [true, "one"]);
  const numbers = (value: unknown): unknown[] =>
    typeof value === "object" ? Object.values(value ?? {}).flatMap(numbers) : [value];
  assertEquals(numbers(stats).filter((each) => each !== 0), []);
  assertEquals(
    numbers(Object.values(requests).map(({ outcomes, inFlight }) => [outcomes, inFlight])).filter(Boolean),
    [],
  );
  for (const histogram of [roundTrips, ...Object.values(requests).map(({ durations }) => durations)]) {
    const { boundsSeconds, counts, ...sums } = histogram;
    assertEquals(boundsSeconds.length + 1, counts.length);
    assertEquals(numbers([counts, sums]).filter((each) => each !== 0), []);
  }
});
