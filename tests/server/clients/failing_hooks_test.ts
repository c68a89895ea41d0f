// Hooks that fail: the failure is logged, and affects only the client of the call.

import { assertEquals } from "@std/assert/equals";
import { assertStrictEquals } from "@std/assert/strict-equals";
import type { ClientMessage, ServerMessage } from "../../../src/protocol/messages.ts";
import { StatusLevel } from "../../../src/protocol/status.ts";
import type { FoxgloveServerListener, ListenerContext } from "../../../src/server/listener.ts";
import { assertStillWorks, fullConversation } from "../../support/full_conversation.ts";
import {
  bytes,
  channel,
  clientChannel,
  clientId,
  type FakeClient,
  HookLog,
  ODOM,
  service,
  settled,
  subscription,
} from "../../support/conversation.ts";

type RequestHook =
  | "onServiceRequest"
  | "onGetParameters"
  | "onSetParameters"
  | "onFetchAsset"
  | "onPlaybackControl";
type NotificationHook = Exclude<keyof FoxgloveServerListener, RequestHook | "onError">;

/** Makes a client that has just connected cause a call of each hook. */
const PROVOKE: Readonly<Record<NotificationHook, (client: FakeClient) => void>> = {
  onSubscribe: (client) => client.subscribes(1, channel(1)),
  onClientSubscribe: (client) => client.subscribes(1, channel(1)),
  onUnsubscribe: (client) => {
    client.subscribes(1, channel(1));
    client.says({ op: "unsubscribe", subscriptionIds: [subscription(1)] });
  },
  onClientUnsubscribe: (client) => {
    client.subscribes(1, channel(1));
    client.says({ op: "unsubscribe", subscriptionIds: [subscription(1)] });
  },
  onClientConnect: () => {},
  onClientDisconnect: (client) => client.leaves(),
  onClientAdvertise: (client) => client.says(ADVERTISE),
  onClientUnadvertise: (client) => {
    client.says(ADVERTISE);
    client.says({ op: "unadvertise", channelIds: [clientChannel(1)] });
  },
  onClientMessage: (client) => {
    client.says(ADVERTISE);
    client.says({ op: "messageData", channelId: clientChannel(1), payload: bytes("{}") });
  },
  onParametersSubscribe: (client) => client.says({ op: "subscribeParameterUpdates", parameterNames: ["a"] }),
  onConnectionGraphSubscribe: (client) => client.says({ op: "subscribeConnectionGraph" }),
};

const ADVERTISE: ClientMessage = {
  op: "advertise",
  channels: [{ id: clientChannel(1), topic: "/cmd", encoding: "json", schemaName: "" }],
};

/**
 * The message that the server sends when a hook is called, before the status about its failure. The other hooks cause
 * none.
 */
const ANSWERS: Partial<Record<NotificationHook, ServerMessage["op"]>> = {
  onConnectionGraphSubscribe: "connectionGraphUpdate",
};

/** The service or the topic that the log names. */
const TARGETS: Readonly<Record<string, string>> = {
  onClientMessage: ' "/cmd"',
  onClientUnadvertise: ' "/cmd"',
  onServiceRequest: ' "/reset"',
};

const FAULT = new Error("out of order");
/** An object that even `String()` cannot convert. */
const NO_TEXT_AT_ALL: unknown = Object.create(null);
/** A value for which even `instanceof` throws. */
const REVOKED: unknown = revoked();

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const FAILURES: Readonly<Record<string, { fail: () => unknown; error: unknown }>> = {
  "throws": {
    fail: () => {
      throw FAULT;
    },
    error: FAULT,
  },
  "rejects": { fail: () => Promise.reject(FAULT), error: FAULT },
  "throws nothing": {
    fail: () => {
      throw undefined;
    },
    error: undefined,
  },
  "rejects with a thenable of a library": {
    fail: () => ({ then: (_fulfilled: unknown, rejected: (error: unknown) => void) => rejected(FAULT) }),
    error: FAULT,
  },
  "rejects with an object without text": { fail: () => Promise.reject(NO_TEXT_AT_ALL), error: NO_TEXT_AT_ALL },
  "rejects with a revoked proxy": { fail: () => Promise.reject(REVOKED), error: REVOKED },
};

/** Returns a listener with this one hook, which fails for the second client only. Records the calls of `onError`. */
function failing(name: NotificationHook, fail: () => unknown, calls: HookLog): FoxgloveServerListener {
  const hook = (...all: unknown[]) => {
    const { client } = all.at(-1) as ListenerContext;
    return client.id === clientId(2) ? fail() : undefined;
  };
  const onError: FoxgloveServerListener["onError"] = (server, error, { client }) =>
    calls.note(server, error, client.id);
  return { [name]: hook, onError };
}

for (const [name, provoke] of Object.entries(PROVOKE) as [NotificationHook, (client: FakeClient) => void][]) {
  for (const [how, { fail, error }] of Object.entries(FAILURES)) {
    Deno.test(`M05 ${name} ${how}: the server logs it, calls onError, and sends an ERROR to that client only`, async () => {
      const calls = new HookLog();
      const { server, client, channelId, errors } = fullConversation(failing(name, fail, calls));
      const other = client();
      other.subscribes(1, server.addChannel({ ...ODOM, topic: "/other" }));
      other.takes();
      const app = client({ keepFirstMessages: true });
      for (const op of ["serverInfo", "advertise", "advertiseServices"]) assertEquals(app.takes().op, op);

      provoke(app);
      await settled();
      const answer = ANSWERS[name];
      if (answer) assertEquals(app.takes().op, answer);
      if (name !== "onClientDisconnect") app.hearsStatus(StatusLevel.ERROR, name);
      app.hearsNothing();
      assertEquals(errors(), [`error: Client 2: ${name}${TARGETS[name] ?? ""} failed`]);
      const [call, ...further] = calls.take();
      assertStrictEquals(call?.[0], server);
      assertStrictEquals(call?.[1], error);
      assertEquals([call?.[2], ...further], [clientId(2)]);

      other.hearsNothing();
      other.subscribes(2, channelId);
      server.sendMessage(channelId, 5n, "data");
      other.hears({ op: "messageData", subscriptionId: subscription(2), timestamp: 5n, payload: bytes("data") });
      assertEquals(app.closedWith, undefined);
      assertEquals(server.clients.size, name === "onClientDisconnect" ? 1 : 2);
    });
  }
}

Deno.test("M05 a hook that throws does not prevent the other hooks and the other entries", () => {
  const calls = new HookLog();
  const { server, client, channelId } = fullConversation({
    onSubscribe() {
      throw FAULT;
    },
    onClientSubscribe: (_server, id) => calls.note("onClientSubscribe", id),
  });
  const second = server.addChannel({ ...ODOM, topic: "/second" });
  const app = client();
  app.says({
    op: "subscribe",
    subscriptions: [{ id: subscription(1), channelId }, { id: subscription(2), channelId: second }],
  });
  assertEquals(calls.take(), [["onClientSubscribe", channelId], ["onClientSubscribe", second]]);
  app.hearsStatus(StatusLevel.ERROR, "onSubscribe");
  app.hearsStatus(StatusLevel.ERROR, "onSubscribe");
  for (const id of [channelId, second]) server.sendMessage(id, 5n, "data");
  assertEquals([app.takes().op, app.takes().op], ["messageData", "messageData"]);
});

Deno.test("M05 hooks that throw while a client disconnects do not stop its clean-up", () => {
  const calls = new HookLog();
  const fail = (name: string) => () => {
    calls.note(name);
    throw FAULT;
  };
  const { server, client, channelId, errors } = fullConversation({
    onParametersSubscribe: (_server, _names, subscribe) => subscribe ? undefined : fail("parameters")(),
    onConnectionGraphSubscribe: (_server, subscribe) => subscribe ? undefined : fail("graph")(),
    onClientUnsubscribe: fail("unsubscribe"),
    onUnsubscribe: fail("last"),
    onClientUnadvertise: fail("unadvertise"),
    onClientDisconnect: fail("disconnect"),
  });
  const app = client();
  app.subscribes(1, channelId);
  app.says(ADVERTISE);
  app.says({ op: "subscribeParameterUpdates", parameterNames: ["a"] });
  app.says({ op: "subscribeConnectionGraph" });
  app.leaves();
  const order = ["parameters", "graph", "unsubscribe", "last", "unadvertise", "disconnect"];
  assertEquals(calls.take(), order.map((name) => [name]));
  assertEquals(errors().length, 6);
  assertEquals([server.clients.size, server.hasSubscribers(channelId)], [0, false]);
});

Deno.test("M05 a hook that throws inside removeChannel(): the other hooks are called, and removeChannel() does not throw", () => {
  const calls = new HookLog();
  const { server, client, channelId, errors } = fullConversation({
    onClientUnsubscribe(_server, _channelId, { client }) {
      calls.note(client.id);
      throw FAULT;
    },
  });
  const [one, other] = [client(), client()];
  for (const app of [one, other]) app.subscribes(1, channelId);
  assertEquals(server.removeChannel(channelId), true);
  assertEquals(calls.take(), [[clientId(1)], [clientId(2)]]);
  for (const app of [one, other]) {
    app.hears({ op: "unadvertise", channelIds: [channelId] });
    app.hearsStatus(StatusLevel.ERROR, "onClientUnsubscribe");
    app.hearsNothing();
  }
  // The server only counts the same error the second time.
  assertEquals(errors(), ["error: Client 1: onClientUnsubscribe failed"]);
});

Deno.test("M05 a hook that fails after its client has disconnected is logged, and no client gets a status", async () => {
  const late = Promise.withResolvers<void>();
  const calls = new HookLog();
  const { client, errors } = fullConversation({
    onClientSubscribe: () => late.promise,
    onError: (_server, error, { client }) => calls.note(error, client.id),
  });
  const [app, other] = [client(), client()];
  app.subscribes(1, channel(1));
  app.leaves();
  late.reject(FAULT);
  await settled();
  assertEquals(errors(), ["error: Client 1: onClientSubscribe failed"]);
  assertEquals(calls.take(), [[FAULT, clientId(1)]]);
  app.hearsNothing();
  other.hearsNothing();
});

for (const [how, fail] of [["throws", () => fault()], ["rejects", () => Promise.reject(FAULT)]] as const) {
  Deno.test(`M05 onError that throws after a hook that ${how}: the server logs both errors and sends only that of the hook`, async () => {
    const { server, client, errors } = fullConversation({ onClientSubscribe: fail, onError: () => fault() });
    const [app, other] = [client(), client()];
    app.subscribes(1, channel(1));
    await settled();
    app.hearsStatus(StatusLevel.ERROR, "onClientSubscribe");
    app.hearsNothing();
    other.hearsNothing();
    assertEquals(errors(), ["error: Client 1: onClientSubscribe failed", "error: Client 1: onError failed"]);
    server.setListener(undefined);
    assertStillWorks(server, app);
  });
}

Deno.test("M05 an async onError that rejects is logged like one that throws", async () => {
  const onError = (): Promise<void> => Promise.reject(FAULT);
  const { server, client, errors } = fullConversation({ onClientSubscribe: fault, onError });
  const app = client();
  app.subscribes(1, channel(1));
  await settled();
  app.hearsStatus(StatusLevel.ERROR, "onClientSubscribe");
  app.hearsNothing();
  assertEquals(errors(), ["error: Client 1: onClientSubscribe failed", "error: Client 1: onError failed"]);
  server.setListener(undefined);
  assertStillWorks(server, app);
});

function fault(): never {
  throw FAULT;
}

Deno.test("M05 without onError a failing hook is logged, and its client gets an ERROR", () => {
  const { server, client, errors } = fullConversation({ onClientSubscribe: fault });
  const app = client();
  app.subscribes(1, channel(1));
  app.hearsStatus(StatusLevel.ERROR, "onClientSubscribe");
  assertEquals(errors(), ["error: Client 1: onClientSubscribe failed"]);
  server.setListener(undefined);
  assertStillWorks(server, app);
});

Deno.test("M05 a hook that is not a function fails like one that throws", () => {
  const { client, errors } = fullConversation({ onClientSubscribe: 5 } as unknown as FoxgloveServerListener);
  const app = client();
  app.subscribes(1, channel(1));
  app.hearsStatus(StatusLevel.ERROR, "onClientSubscribe");
  assertEquals(errors(), ["error: Client 1: onClientSubscribe failed"]);
});

Deno.test("M05 hooks are called with the listener as `this`, so that it can be an instance of a class", () => {
  class Counting implements FoxgloveServerListener {
    #subscribed = 0;
    failed = 0;
    onClientSubscribe(): void {
      this.#subscribed += 1;
      throw new Error(`${this.#subscribed}`);
    }
    onError(): void {
      this.failed += this.#subscribed;
    }
  }
  const listener = new Counting();
  const { client } = fullConversation(listener);
  const app = client();
  app.subscribes(1, channel(1));
  assertEquals(listener.failed, 1);
});

/** For each request hook: the request, and the messages to the client when it fails. `…` stands for any text. */
const REQUESTS: Readonly<Record<RequestHook, { asks: ClientMessage; hears: readonly object[] }>> = {
  onServiceRequest: {
    asks: { op: "serviceCallRequest", serviceId: service(1), callId: 9, encoding: "json", payload: bytes("{}") },
    hears: [{ op: "serviceCallFailure", serviceId: 1, callId: 9, message: "…" }],
  },
  onGetParameters: {
    asks: { op: "getParameters", parameterNames: ["a"], id: "q" },
    hears: [{ op: "status", level: StatusLevel.ERROR, message: "…", id: "q" }],
  },
  onSetParameters: {
    asks: { op: "setParameters", parameters: [{ name: "a", value: 1 }], id: "q" },
    hears: [
      { op: "status", level: StatusLevel.ERROR, message: "…", id: "q" },
      { op: "parameterValues", parameters: [], id: "q" },
    ],
  },
  onFetchAsset: {
    asks: { op: "fetchAsset", uri: "package://a", requestId: 7 },
    hears: [{ op: "fetchAssetResponse", requestId: 7, status: "error", error: "…" }],
  },
  onPlaybackControl: {
    asks: { op: "playbackControlRequest", command: "play", speed: 1, requestId: "r" },
    hears: [{ op: "status", level: StatusLevel.ERROR, message: "…", id: "r" }],
  },
};

for (const [name, { asks, hears }] of Object.entries(REQUESTS)) {
  for (const [how, { fail }] of Object.entries(FAILURES)) {
    Deno.test(`M05 ${name} ${how}: the server logs it and fails the request, and other clients get nothing`, async () => {
      const { server, client, errors } = fullConversation({ [name]: fail });
      const [app, other] = [client({ subprotocol: "foxglove.sdk.v1" }), client({ subprotocol: "foxglove.sdk.v1" })];
      app.says(asks);
      await settled();
      for (const expected of hears) {
        const heard: object = app.takes();
        const text = "message" in expected ? "message" : "error" in expected ? "error" : undefined;
        assertEquals(text ? { ...heard, [text]: "…" } : heard, expected);
      }
      app.hearsNothing();
      other.hearsNothing();
      assertEquals(errors(), [`error: Client 1: ${name}${TARGETS[name] ?? ""} failed`]);
      assertStillWorks(server, app);
    });
  }
}
