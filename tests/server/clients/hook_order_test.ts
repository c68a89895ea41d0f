// The order of hook calls, in particular when a hook calls the server.

import { assertEquals } from "@std/assert/equals";
import type { ChannelId } from "../../../src/protocol/ids.ts";
import { StatusLevel } from "../../../src/protocol/status.ts";
import type { FoxgloveServerListener, ListenerContext } from "../../../src/server/listener.ts";
import type { FoxgloveServer } from "../../../src/server/server.ts";
import {
  bytes,
  channel,
  type Conversation,
  conversation,
  type FakeClient,
  HookLog,
  ODOM,
  settled,
  subscription,
} from "../../support/conversation.ts";

interface Fixture extends Conversation {
  readonly calls: HookLog;
  /** The ids of three channels. */
  readonly ids: readonly ChannelId[];
}

/** A server with three channels. Each call of a hook in `hooks` adds its entry to the log. */
function fixture(hooks: FoxgloveServerListener): Fixture {
  const calls = new HookLog();
  const recorded = <Arguments extends readonly [FoxgloveServer, ...unknown[]]>(
    name: string,
    hook: ((...all: Arguments) => unknown) | undefined,
  ) =>
  (...all: Arguments) => {
    const { client } = all.at(-1) as ListenerContext;
    calls.note(name, client.id, ...all.slice(1, -1));
    return hook?.(...all) as undefined;
  };
  const listener: FoxgloveServerListener = {
    ...hooks,
    onSubscribe: recorded("onSubscribe", hooks.onSubscribe),
    onUnsubscribe: recorded("onUnsubscribe", hooks.onUnsubscribe),
    onClientSubscribe: recorded("onClientSubscribe", hooks.onClientSubscribe),
    onClientUnsubscribe: recorded("onClientUnsubscribe", hooks.onClientUnsubscribe),
    onClientConnect: recorded("onClientConnect", hooks.onClientConnect),
    onClientDisconnect: recorded("onClientDisconnect", hooks.onClientDisconnect),
    onParametersSubscribe: recorded("onParametersSubscribe", hooks.onParametersSubscribe),
    onClientMessage: recorded("onClientMessage", hooks.onClientMessage),
  };
  const talk = conversation({
    listener,
    capabilities: ["assets", "parameters", "parametersSubscribe", "clientPublish"],
  });
  const ids = talk.server.addChannels(["/a", "/b", "/c"].map((topic) => ({ ...ODOM, topic })));
  return { ...talk, calls, ids };
}

function subscribes(client: FakeClient, channelIds: readonly ChannelId[]): void {
  const subscriptions = channelIds.map((channelId) => ({ id: subscription(channelId + 10), channelId }));
  client.says({ op: "subscribe", subscriptions });
}

Deno.test("CallQueue does not report a channel as subscribed that a hook has removed", () => {
  const { server, client, calls, ids: [a, b] } = fixture({
    onSubscribe: (server, id) => void (id === a && server.removeChannel(b!)),
  });
  const app = client();
  calls.take();
  subscribes(app, [a!, b!]);
  assertEquals(calls.take(), [["onSubscribe", 1, a], ["onClientSubscribe", 1, a]]);
  app.hears({ op: "unadvertise", channelIds: [b!] });
  assertEquals(server.hasSubscribers(a!), true);
});

Deno.test("CallQueue reports a channel that a hook removes as unsubscribed if its subscription was reported", () => {
  const { client, calls, ids: [a, b] } = fixture({
    onClientSubscribe: (server, id, { client }) =>
      void (id === a && client.id === 2 as never && server.removeChannel(b!)),
  });
  const [early, late] = [client(), client()];
  subscribes(early, [b!]);
  calls.take();
  subscribes(late, [a!, b!]);
  assertEquals(calls.take(), [
    ["onSubscribe", 2, a],
    ["onClientSubscribe", 2, a],
    ["onClientUnsubscribe", 1, b],
    ["onUnsubscribe", 1, b],
  ]);
});

Deno.test("CallQueue reports the effects of a hook after the hooks of the received message", () => {
  const { client, calls, ids: [a, b, c] } = fixture({
    onSubscribe: (server, id) => void (id === b && server.removeChannel(a!)),
  });
  const app = client();
  calls.take();
  subscribes(app, [a!, b!, c!]);
  assertEquals(calls.take(), [
    ["onSubscribe", 1, a],
    ["onClientSubscribe", 1, a],
    ["onSubscribe", 1, b],
    ["onClientSubscribe", 1, b],
    ["onSubscribe", 1, c],
    ["onClientSubscribe", 1, c],
    ["onClientUnsubscribe", 1, a],
    ["onUnsubscribe", 1, a],
  ]);
});

Deno.test("CallQueue calls onClientDisconnect last for each client, also when a hook closes the server", async () => {
  const { server, client, calls, ids: [a, b] } = fixture({
    onSubscribe: (server) => void server.close({ graceMs: 0 }),
  });
  const [other, app] = [client(), client()];
  subscribes(other, [b!]);
  await server.closed;
  assertEquals(calls.take(), [
    ["onClientConnect", 1],
    ["onClientConnect", 2],
    ["onSubscribe", 1, b],
    ["onClientSubscribe", 1, b],
    ["onClientUnsubscribe", 1, b],
    ["onUnsubscribe", 1, b],
    ["onClientDisconnect", 1],
    ["onClientDisconnect", 2],
  ]);
  subscribes(app, [a!]);
  assertEquals(calls.take(), []);
});

Deno.test("CallQueue keeps messages that hooks send in order with other messages of the server", () => {
  const { client, ids: [a, b] } = fixture({ onClientSubscribe: (server, id) => server.sendMessage(id, 1n, "hook") });
  const app = client();
  subscribes(app, [a!, channel(99), b!]);
  const payload = bytes("hook");
  app.hears({ op: "messageData", subscriptionId: subscription(a! + 10), timestamp: 1n, payload });
  app.hearsStatus(StatusLevel.WARNING);
  app.hears({ op: "messageData", subscriptionId: subscription(b! + 10), timestamp: 1n, payload });
  app.hearsNothing();
});

Deno.test("CallQueue calls a request hook after the hooks before it", async () => {
  const { server, client, calls } = fixture({
    onGetParameters(_server, _names, _id, { client }) {
      calls.note("onGetParameters", client.id);
      return [{ name: "p", value: 1 }, { name: "q", value: 2 }];
    },
  });
  server.updateParameters([{ name: "p", value: 1 }]);
  const app = client();
  calls.take();
  app.says({ op: "subscribeParameterUpdates", parameterNames: [] });
  await settled();
  assertEquals(calls.take(), [
    ["onParametersSubscribe", 1, ["p"], true],
    ["onGetParameters", 1],
    ["onParametersSubscribe", 1, ["q"], true],
  ]);
});

Deno.test("CallQueue calls no request hook for a client that has disconnected", async () => {
  const set = Promise.withResolvers<never>();
  const { client, calls } = fixture({
    onSetParameters: () => set.promise,
    onGetParameters: (_server, names, _id, { client }) => {
      calls.note("onGetParameters", client.id, names);
      return [];
    },
  });
  const app = client();
  calls.take();
  app.says({ op: "setParameters", parameters: [{ name: "p", value: 1 }], id: "s" });
  app.leaves();
  // A connected client would now get the current values.
  set.reject(new Error("refused"));
  await settled();
  assertEquals(calls.take(), [["onClientDisconnect", 1]]);
});

Deno.test("CallQueue handles a message that arrives during a hook call after that call", () => {
  const { client, calls, ids: [a] } = fixture({
    onSubscribe() {
      other.says({ op: "subscribe", subscriptions: [{ id: subscription(1), channelId: a! }] });
      calls.note("end of onSubscribe");
    },
  });
  const [app, other] = [client(), client()];
  calls.take();
  subscribes(app, [a!]);
  assertEquals(calls.take(), [
    ["onSubscribe", 1, a],
    ["end of onSubscribe"],
    ["onClientSubscribe", 1, a],
    ["onClientSubscribe", 2, a],
  ]);
});

Deno.test("CallQueue calls the logger after the logged work is done", () => {
  const server: { current?: FoxgloveServer } = {};
  const sizes: number[] = [];
  const warn = () => void sizes.push(server.current!.channels.size);
  const logger = { debug() {}, info() {}, warn, error() {} };
  const talk = conversation({ logger });
  server.current = talk.server;
  talk.server.addChannels(["/a", "/b"].map((topic) => ({ topic, encoding: "xml" })));
  assertEquals(sizes, [2, 2]);
});
