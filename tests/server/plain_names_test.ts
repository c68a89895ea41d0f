// Names that are also members of every object: they are treated as ordinary names everywhere.

import { assertEquals } from "@std/assert/equals";
import { StatusLevel } from "../../src/protocol/status.ts";
import type { FoxgloveServerListener } from "../../src/server/listener.ts";
import {
  bytes,
  clientChannel,
  type Conversation,
  conversation,
  type FakeClient,
  HookLog,
  settled,
  subscription,
} from "../support/conversation.ts";

const NAMES = ["__proto__", "constructor", "toString", "hasOwnProperty"];
const SIDE = { encoding: "json", schemaName: "Empty", schemaEncoding: "jsonschema", schema: '{"type":"object"}' };

/** A server with all capabilities. */
function able(listener: FoxgloveServerListener = {}, metadata?: Readonly<Record<string, string>>): Conversation {
  return conversation({
    capabilities: ["clientPublish", "parameters", "parametersSubscribe", "services", "connectionGraph", "assets"],
    supportedEncodings: ["json"],
    listener,
    ...(metadata ? { metadata } : {}),
  });
}

/** The last message, as it was on the wire. */
function last(client: FakeClient): unknown {
  return JSON.parse(String(client.wire.at(-1)));
}

/** Asserts that objects have no additional or changed members. */
function assertClean(): void {
  assertEquals([Reflect.ownKeys({}), ({} as { polluted?: unknown }).polluted], [[], undefined]);
  assertEquals(typeof Object.prototype.toString, "function");
}

for (const name of NAMES) {
  Deno.test(`a channel on topic "${name}", with such metadata, can be advertised, subscribed to and counted`, () => {
    const { server, client } = able();
    const app = client();
    const metadata = JSON.parse(`{"${name}":"polluted"}`);
    const id = server.addChannel({ topic: name, encoding: "json", schemaName: name, metadata });
    assertEquals(String(app.wire.at(-1)).includes(`"metadata":{"${name}":"polluted"}`), true);
    app.takes();
    app.subscribes(1, id);
    server.sendMessage(id, 1n, "{}");
    app.hears({ op: "messageData", subscriptionId: subscription(1), timestamp: 1n, payload: bytes("{}") });
    assertEquals(server.stats().channels.map(({ channel, messagesSent }) => [channel.topic, messagesSent]), [[
      name,
      1,
    ]]);
    assertClean();
  });

  Deno.test(`a client channel on topic "${name}" reaches the hooks`, () => {
    const calls = new HookLog();
    const { client } = able({
      onClientAdvertise: (_server, { topic, schemaName }) => calls.note(topic, schemaName),
      onClientMessage: (_server, id, payload) => calls.note(id, payload),
    });
    const app = client();
    const id = clientChannel(1);
    app.says({ op: "advertise", channels: [{ id, topic: name, encoding: "json", schemaName: name }] });
    app.says({ op: "messageData", channelId: id, payload: bytes("{}") });
    assertEquals(calls.take(), [[name, name], [id, bytes("{}")]]);
    app.hearsNothing();
  });

  Deno.test(`a parameter "${name}", with such members, can be watched, set and read`, async () => {
    const values = new Map<string, unknown>();
    const { client } = able({
      onSetParameters: (_server, parameters) => {
        for (const { name, value } of parameters) values.set(name, value);
        return parameters;
      },
    });
    const [app, watcher] = [client(), client()];
    watcher.says({ op: "subscribeParameterUpdates", parameterNames: [name] });
    app.saysRaw(
      `{"op":"setParameters","parameters":[{"name":"${name}","value":{"${name}":{"polluted":1}}}],"id":"${name}"}`,
    );
    await settled();
    for (const [each, id] of [[app, `,"id":"${name}"`], [watcher, ""]] as const) {
      const parameter = `{"name":"${name}","value":{"${name}":{"polluted":1}}}`;
      assertEquals(each.wire.at(-1), `{"op":"parameterValues","parameters":[${parameter}]${id}}`);
    }
    assertEquals([...values.keys()], [name]);
    assertClean();
  });

  Deno.test(`a service "${name}" is advertised once and can be called`, async () => {
    const { server, client } = able({ onServiceRequest: () => "{}" });
    const id = server.addService({ name, type: name, request: SIDE, response: SIDE });
    const app = client();
    app.says({ op: "serviceCallRequest", serviceId: id, callId: 1, encoding: "json", payload: bytes("{}") });
    assertEquals((await app.next()).op, "serviceCallResponse");
    app.says({ op: "serviceCallRequest", serviceId: id, callId: 2, encoding: name, payload: bytes("{}") });
    assertEquals((await app.next()).op, "serviceCallFailure");
  });

  Deno.test(`a connection graph may contain "${name}"`, () => {
    const { server, client } = able();
    const app = client();
    app.says({ op: "subscribeConnectionGraph" });
    const [published, subscribed, services] = [
      [{ name, publisherIds: [name] }],
      [{ name, subscriberIds: [name] }],
      [{ name, providerIds: [name] }],
    ];
    server.updateConnectionGraph({
      publishedTopics: published,
      subscribedTopics: subscribed,
      advertisedServices: services,
    });
    const update = { op: "connectionGraphUpdate", publishedTopics: published, subscribedTopics: subscribed };
    assertEquals(last(app), { ...update, advertisedServices: services, removedTopics: [], removedServices: [] });
    server.updateConnectionGraph({ publishedTopics: [], subscribedTopics: [], advertisedServices: [] });
    assertEquals(last(app), {
      op: "connectionGraphUpdate",
      publishedTopics: [],
      subscribedTopics: [],
      advertisedServices: [],
      removedTopics: [name],
      removedServices: [name],
    });
  });

  Deno.test(`a status, an asset and the metadata of the server may be named "${name}"`, async () => {
    const { server, client } = able(
      { onFetchAsset: (_server, uri) => bytes(uri) },
      JSON.parse(`{"${name}":"polluted"}`),
    );
    server.sendStatus(StatusLevel.INFO, name, { id: name, sticky: true });
    const app = client({ keepFirstMessages: true });
    assertEquals(String(app.wire[0]).includes(`"metadata":{"${name}":"polluted"}`), true);
    assertEquals(last(app), { op: "status", level: 0, message: name, id: name });
    while (app.inboxSize > 0) app.takes();
    app.says({ op: "fetchAsset", uri: name, requestId: 1 });
    assertEquals(await app.next(), { op: "fetchAssetResponse", requestId: 1, status: "success", data: bytes(name) });
    assertClean();
  });

  Deno.test(`a latch keeps the newest message of each key, also of "${name}"`, () => {
    const { server, client } = able();
    const keyBy = (payload: Uint8Array): string => new TextDecoder().decode(payload).slice(1, -1);
    const id = server.addChannel({ topic: "/tf", encoding: "json", latch: { depth: 10, keyBy } });
    for (const key of [name, "other", name]) server.sendMessage(id, 1n, `"${key}"`);
    const app = client();
    app.subscribes(1, id);
    const heard = [app.takes(), app.takes()].map((each) => each.op === "messageData" ? each.payload : each);
    assertEquals(heard, [bytes('"other"'), bytes(`"${name}"`)]);
    app.hearsNothing();
  });
}
