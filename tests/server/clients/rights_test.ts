// Rights: a client neither sees nor uses anything that it has no right to.

import { assertEquals } from "@std/assert/equals";
import { CAPABILITIES, type Capability } from "../../../src/protocol/capabilities.ts";
import type { ClientMessage, ServerMessage } from "../../../src/protocol/messages.ts";
import type { Parameter } from "../../../src/protocol/parameters.ts";
import type { ServerInfo } from "../../../src/protocol/server_info.ts";
import { StatusLevel } from "../../../src/protocol/status.ts";
import type { FoxgloveServerListener } from "../../../src/server/listener.ts";
import type { Rights } from "../../../src/session/rights.ts";
import { fullConversation } from "../../support/full_conversation.ts";
import {
  bytes,
  channel,
  clientChannel,
  conversation,
  type FakeClient,
  HookLog,
  ODOM,
  service,
  settled,
  subscription,
} from "../../support/conversation.ts";

const SIDE = { encoding: "json", schemaName: "Empty", schemaEncoding: "jsonschema", schema: '{"type":"object"}' };
const SECRET = { ...ODOM, topic: "/secret" };
const GRAPH = {
  publishedTopics: [{ name: "/odom", publisherIds: ["base"] }, { name: "/secret", publisherIds: ["base"] }],
  subscribedTopics: [],
  advertisedServices: [{ name: "/reset", providerIds: ["base"] }],
};

/** A server with all capabilities, hooks that record their calls, and a client with these rights. */
function limited(rights: Rights, more: FoxgloveServerListener = {}) {
  const calls = new HookLog();
  const values = new Map<string, Parameter>([
    ["/rate", { name: "/rate", value: 5 }],
    ["/secret", { name: "/secret", value: 6 }],
  ]);
  const { server, client } = fullConversation({
    onServiceRequest: (_server, id) => (calls.note("service", id), "{}"),
    onClientAdvertise: (_server, { topic }) => calls.note("advertise", topic),
    onClientMessage: (_server, id) => calls.note("message", id),
    onGetParameters: () => [...values.values()],
    onSetParameters(_server, parameters) {
      calls.note("set", ...parameters.map(({ name }) => name));
      for (const parameter of parameters) values.set(parameter.name, parameter);
      return [...values.values()];
    },
    onParametersSubscribe: (_server, names, subscribe) => calls.note(subscribe ? "watch" : "unwatch", ...names),
    onFetchAsset: (_server, uri) => (calls.note("fetch", uri), bytes("mesh")),
    onPlaybackControl: (_server, { requestId }) => void calls.note("playback", requestId),
    ...more,
  });
  const app = client({ identity: { rights }, keepFirstMessages: true });
  return { server, calls, app, other: client() };
}

/** Returns all messages that have arrived. */
function takeAll(app: FakeClient): ServerMessage[] {
  return Array.from({ length: app.inboxSize }, () => app.takes());
}

function ops(app: FakeClient): string[] {
  return takeAll(app).map(({ op }) => op);
}

Deno.test("C08 FoxgloveServer neither advertises nor unadvertises a topic without the right to it, nor allows a subscription", () => {
  const { server, app, other } = limited({ topics: ["/odom"] });
  const advertised = () =>
    takeAll(app).map((message) => message.op === "advertise" ? message.channels.map(({ topic }) => topic) : message.op);
  assertEquals(advertised(), ["serverInfo", ["/odom"], "advertiseServices"]);
  const secret = server.addChannel(SECRET);
  app.hearsNothing();
  app.subscribes(1, secret);
  app.hearsStatus(StatusLevel.WARNING, "Cannot subscribe: no such channel");
  server.resetSessionId();
  assertEquals(advertised(), ["serverInfo", ["/odom"], "advertiseServices"]);
  server.removeChannel(secret);
  app.hearsNothing();
  assertEquals(ops(other), ["advertise", "serverInfo", "advertise", "advertiseServices", "unadvertise"]);
  app.subscribes(1, channel(1));
  server.sendMessage(channel(1), 5n, "{}");
  app.hears({ op: "messageData", subscriptionId: subscription(1), timestamp: 5n, payload: bytes("{}") });
  app.subscribes(1, server.addChannel(SECRET));
  const message = 'Cannot subscribe: the id is in use for "/odom"';
  app.hears({ op: "status", level: StatusLevel.ERROR, message });
});

Deno.test("P11 FoxgloveServer sends an ERROR for a client topic without the right to it, and ignores the channel", () => {
  const { app, calls } = limited({ clientTopics: ["/cmd/*"] });
  takeAll(app);
  const advertise = (id: number, topic: string) =>
    app.says({ op: "advertise", channels: [{ id: clientChannel(id), topic, encoding: "json", schemaName: "X" }] });
  advertise(1, "/cmd/vel");
  advertise(2, "/stop");
  app.hearsStatus(StatusLevel.ERROR, 'Cannot advertise "/stop"', "not allow");
  app.says({ op: "messageData", channelId: clientChannel(2), payload: bytes("{}") });
  app.hearsNothing();
  app.says({ op: "messageData", channelId: clientChannel(1), payload: bytes("{}") });
  assertEquals(calls.take(), [["advertise", "/cmd/vel"], ["message", 1]]);
  app.hearsNothing();
});

Deno.test("V03 FoxgloveServer does not advertise a service without the right to it, and answers calls as if it did not exist", async () => {
  const { server, app, other, calls } = limited({ services: ["/arm/*"] });
  assertEquals(ops(app), ["serverInfo", "advertise"]);
  const arm = server.addService({ name: "/arm/reset", type: "Reset", request: SIDE, response: SIDE });
  const base = server.addService({ name: "/base/reset", type: "Reset", request: SIDE, response: SIDE });
  const names = takeAll(app).map((message) =>
    message.op === "advertiseServices" ? message.services.map(({ name }) => name) : message.op
  );
  assertEquals(names, [["/arm/reset"]]);
  const call = (client: FakeClient, serviceId: number) =>
    client.says({
      op: "serviceCallRequest",
      serviceId: service(serviceId),
      callId: 7,
      encoding: "json",
      payload: bytes("{}"),
    });
  for (const id of [base, 99]) {
    call(app, id);
    const message = "Cannot call a service: no such service";
    app.hears({ op: "serviceCallFailure", serviceId: service(id), callId: 7, message });
  }
  call(app, arm);
  const answered = await app.next();
  assertEquals(answered.op, "serviceCallResponse");
  assertEquals(calls.take(), [["service", arm]]);
  server.resetSessionId();
  assertEquals(ops(app), ["serverInfo", "advertise", "advertiseServices"]);
  server.removeService(base);
  app.hearsNothing();
  server.removeService(arm);
  app.hears({ op: "unadvertiseServices", serviceIds: [arm] });
  assertEquals(ops(other).slice(-2), ["unadvertiseServices", "unadvertiseServices"]);
});

Deno.test("G02 FoxgloveServer leaves parameters without the right to them out of responses, whether named or not", async () => {
  const { app } = limited({ readableParameters: ["/rate"] });
  takeAll(app);
  for (const parameterNames of [[], ["/rate", "/secret"], ["/secret"]]) {
    app.says({ op: "getParameters", parameterNames, id: "g" });
    const parameters = parameterNames.length === 1 ? [] : [{ name: "/rate", value: 5 }];
    assertEquals(await app.next(), { op: "parameterValues", parameters, id: "g" });
  }
});

Deno.test("G10 FoxgloveServer does not watch parameters without the right to them, whether named or not", async () => {
  const { server, app, calls } = limited({ readableParameters: ["/rate"] });
  takeAll(app);
  app.says({ op: "subscribeParameterUpdates", parameterNames: ["/rate", "/secret"] });
  assertEquals(calls.take(), [["watch", "/rate"]]);
  app.says({ op: "subscribeParameterUpdates", parameterNames: [] });
  await settled();
  server.updateParameters([{ name: "/rate", value: 7 }, { name: "/secret", value: 8 }]);
  app.hears({ op: "parameterValues", parameters: [{ name: "/rate", value: 7 }] });
  server.updateParameters([{ name: "/secret", value: 9 }]);
  app.hearsNothing();
  assertEquals(calls.take(), []);
});

Deno.test("G03 FoxgloveServer leaves parameters that the client may not read out of the response to a set", async () => {
  const { app, calls } = limited({ readableParameters: ["/rate"] });
  takeAll(app);
  app.says({ op: "setParameters", parameters: [{ name: "/secret", value: 1 }, { name: "/rate", value: 2 }], id: "s" });
  assertEquals(await app.next(), { op: "parameterValues", parameters: [{ name: "/rate", value: 2 }], id: "s" });
  assertEquals(calls.take(), [["set", "/secret", "/rate"]]);
});

for (
  const [rights, parameters] of [
    [{ writableParameters: ["/rate"] }, [{ name: "/rate", value: 5 }, { name: "/secret", value: 6 }]],
    [{ writableParameters: ["/rate"], readableParameters: ["/rate"] }, [{ name: "/rate", value: 5 }]],
  ] as [Rights, Parameter[]][]
) {
  Deno.test(`G13 FoxgloveServer rejects a whole set if one parameter is not allowed, by ${JSON.stringify(rights)}`, async () => {
    const { app, calls } = limited(rights);
    takeAll(app);
    const both = [{ name: "/rate", value: 1 }, { name: "/secret", value: 2 }];
    app.says({ op: "setParameters", parameters: both });
    app.hearsStatus(StatusLevel.ERROR, "Cannot set parameters: ", 'permission denied for "/secret"');
    app.says({ op: "setParameters", parameters: both, id: "s" });
    app.hearsRefusal("s", 'Cannot set parameters: permission denied for "/secret"');
    assertEquals(await app.next(), { op: "parameterValues", parameters, id: "s" });
    app.hearsNothing();
    assertEquals(calls.take(), []);
    app.says({ op: "setParameters", parameters: [{ name: "/rate", value: 3 }] });
    await settled();
    assertEquals(calls.take(), [["set", "/rate"]]);
  });
}

Deno.test("A02 FoxgloveServer answers a fetch without the right to it with opcode 4 and status 1", async () => {
  const { app, calls } = limited({ assets: ["package://arm/*"] });
  takeAll(app);
  for (const uri of ["package://base/a.dae", "package://arm/../base/a.dae"]) {
    app.says({ op: "fetchAsset", uri, requestId: 3 });
    const error = `Cannot fetch "${uri}": permission denied`;
    app.hears({ op: "fetchAssetResponse", requestId: 3, status: "error", error });
  }
  app.says({ op: "fetchAsset", uri: "package://arm/a.dae", requestId: 4 });
  assertEquals(await app.next(), { op: "fetchAssetResponse", requestId: 4, status: "success", data: bytes("mesh") });
  assertEquals(calls.take(), [["fetch", "package://arm/a.dae"]]);
});

Deno.test("N01 FoxgloveServer leaves topics and services without the right to them out of the graph and its changes", () => {
  const { server, app, other } = limited({ topics: ["/odom"], services: [] });
  takeAll(app);
  server.updateConnectionGraph(GRAPH);
  for (const client of [app, other]) client.says({ op: "subscribeConnectionGraph" });
  const seen = {
    op: "connectionGraphUpdate",
    publishedTopics: [{ name: "/odom", publisherIds: ["base"] }],
    subscribedTopics: [],
    advertisedServices: [],
    removedTopics: [],
    removedServices: [],
  } as const;
  app.hears(seen);
  server.updateConnectionGraph({
    ...GRAPH,
    publishedTopics: GRAPH.publishedTopics.slice(0, 1),
    advertisedServices: [],
  });
  app.hearsNothing();
  server.updateConnectionGraph({ publishedTopics: [], subscribedTopics: [], advertisedServices: [] });
  app.hears({ ...seen, publishedTopics: [], removedTopics: ["/odom"] });
  assertEquals(ops(other), ["connectionGraphUpdate", "connectionGraphUpdate", "connectionGraphUpdate"]);
});

Deno.test("a read-only client sees everything and changes nothing", async () => {
  const { server, app, calls } = limited({ readOnly: true });
  assertEquals(ops(app), ["serverInfo", "advertise"]);
  app.subscribes(1, channel(1));
  server.sendMessage(channel(1), 5n, "{}");
  assertEquals(ops(app), ["messageData"]);
  app.says({ op: "getParameters", parameterNames: [] });
  assertEquals((await app.next()).op, "parameterValues");
  app.says({ op: "fetchAsset", uri: "package://arm/a.dae", requestId: 1 });
  assertEquals((await app.next()).op, "fetchAssetResponse");
  assertEquals(calls.take(), [["fetch", "package://arm/a.dae"]]);

  const cmd = { id: clientChannel(1), topic: "/cmd", encoding: "json", schemaName: "X" };
  app.says({ op: "advertise", channels: [cmd] });
  app.hearsStatus(StatusLevel.ERROR, "Cannot advertise: permission denied");
  app.says({ op: "serviceCallRequest", serviceId: service(1), callId: 2, encoding: "json", payload: bytes("{}") });
  assertEquals(ops(app), ["serviceCallFailure"]);
  app.says({ op: "setParameters", parameters: [{ name: "/rate", value: 1 }] });
  app.hearsStatus(StatusLevel.ERROR, 'permission denied for "/rate"');
  app.says({ op: "setParameters", parameters: [], id: "s" });
  app.hearsRefusal("s", "Cannot set parameters: permission denied");
  app.hears({ op: "parameterValues", parameters: [], id: "s" });
  app.says({ op: "playbackControlRequest", command: "play", speed: 1, requestId: "p" });
  app.hearsRefusal("p", "Cannot control playback: permission denied");
  app.hearsNothing();
  assertEquals(calls.take(), []);
});

const READS: Rights = { readableParameters: [] };
const WRITES: Rights = { writableParameters: [] };

for (
  const [rights, leftOut] of [
    [{}, []],
    [{ readOnly: false }, []],
    [{ readOnly: true }, ["clientPublish", "services", "playbackControl"]],
    [{ topics: [] }, []],
    [{ clientTopics: [] }, ["clientPublish"]],
    [{ clientTopics: ["/cmd"] }, []],
    [{ services: [] }, ["services"]],
    [{ services: ["/none"] }, []],
    [{ topics: [], services: [] }, ["services", "connectionGraph"]],
    [{ topics: [], readOnly: true }, ["clientPublish", "services", "connectionGraph", "playbackControl"]],
    [{ assets: [] }, ["assets"]],
    [{ assets: ["*"], readOnly: true }, ["clientPublish", "services", "playbackControl"]],
    [READS, ["parametersSubscribe"]],
    [WRITES, []],
    [{ ...READS, ...WRITES }, ["parameters", "parametersSubscribe"]],
    [{ ...READS, readOnly: true }, [
      "clientPublish",
      "parameters",
      "parametersSubscribe",
      "services",
      "playbackControl",
    ]],
  ] as [Rights, string[]][]
) {
  Deno.test(`I01 serverInfo leaves out the capabilities [${leftOut.join()}], by ${JSON.stringify(rights)}`, () => {
    const { server, app, other } = limited(rights);
    const everything = CAPABILITIES as readonly string[];
    const rest = everything.filter((capability) => !leftOut.includes(capability));
    const [first] = takeAll(app);
    assertEquals(first?.op === "serverInfo" && first.capabilities, rest);
    // The times describe the data, whether or not the client may control the playback.
    assertEquals(first?.op === "serverInfo" && [first.dataStartTime, first.dataEndTime], [0n, 9n]);
    server.resetSessionId("next");
    const [second] = takeAll(app);
    assertEquals(second, { ...first as ServerInfo, sessionId: "next" });
    const [unlimited] = takeAll(other);
    assertEquals(unlimited?.op === "serverInfo" && unlimited.capabilities, everything);
  });
}

/** A message for each capability that has one, and the first words of its rejection. */
const USES: readonly (readonly [Capability, ClientMessage, doing: string])[] = [
  ["clientPublish", { op: "unadvertise", channelIds: [clientChannel(1)] }, "unadvertise"],
  ["clientPublish", { op: "messageData", channelId: clientChannel(1), payload: bytes("") }, "publish"],
  ["parameters", { op: "getParameters", parameterNames: [] }, "get parameters"],
  ["parameters", { op: "setParameters", parameters: [] }, "set parameters"],
  ["parametersSubscribe", { op: "subscribeParameterUpdates", parameterNames: [] }, "subscribe to parameters"],
  ["parametersSubscribe", { op: "unsubscribeParameterUpdates", parameterNames: [] }, "unsubscribe from parameters"],
  ["connectionGraph", { op: "subscribeConnectionGraph" }, "subscribe to the connection graph"],
  ["connectionGraph", { op: "unsubscribeConnectionGraph" }, "unsubscribe from the connection graph"],
];

for (const [capability, message, doing] of USES) {
  Deno.test(`FoxgloveServer rejects ${message.op} for lack of rights, not for lack of the capability "${capability}"`, () => {
    const { app, calls } = limited({ readOnly: true, topics: [], readableParameters: [], assets: [] });
    takeAll(app);
    app.says(message);
    app.hears({ op: "status", level: StatusLevel.ERROR, message: `Cannot ${doing}: permission denied` });
    const { client } = conversation();
    const other = client({ identity: { rights: { readOnly: true } } });
    other.says(message);
    const text = `Cannot ${doing}: the server has no capability "${capability}"`;
    other.hears({ op: "status", level: StatusLevel.ERROR, message: text });
    assertEquals(calls.take(), []);
  });
}

Deno.test("FoxgloveServer rejects a request without the right to its capability with the request id, unless that is too long", () => {
  const { app } = limited({ readOnly: true, readableParameters: [] });
  takeAll(app);
  app.says({ op: "getParameters", parameterNames: [], id: "g" });
  app.hearsRefusal("g", "Cannot get parameters: permission denied");
  app.says({ op: "setParameters", parameters: [{ name: "/rate", value: 1 }], id: "s" });
  app.hearsRefusal("s", "Cannot set parameters: permission denied");
  app.says({ op: "getParameters", parameterNames: [], id: "x".repeat(1025) });
  app.hears({ op: "status", level: StatusLevel.ERROR, message: "Cannot get parameters: permission denied" });
  app.hearsNothing();
});

Deno.test("clients with the same rights share one encoded serverInfo", () => {
  const { server, client } = conversation({ capabilities: ["services", "assets"] });
  const encodedFor = (act: () => void) => {
    let encodings = 0;
    const { stringify } = JSON;
    JSON.stringify = (value: { op?: string }) => {
      if (value.op === "serverInfo") encodings += 1;
      return stringify(value);
    };
    try {
      act();
    } finally {
      JSON.stringify = stringify;
    }
    return encodings;
  };
  const guest = { identity: { rights: { readOnly: true } } };
  assertEquals(encodedFor(() => [client(), client(), client({ identity: { rights: { topics: [] } } })]), 0);
  const once = encodedFor(() => client(guest));
  assertEquals([once > 0, encodedFor(() => [client(guest), client({ identity: { rights: { services: [] } } })])], [
    true,
    0,
  ]);
  assertEquals(encodedFor(() => server.resetSessionId()), 2 * once);
});

Deno.test("rights and filters must both allow a topic", () => {
  const { server, client } = conversation({
    capabilities: ["clientPublish"],
    channelFilter: ({ topic }, { identity }) => identity?.name === "guest" && topic !== "/odom",
    clientChannelFilter: ({ topic }) => topic !== "/odom",
  });
  const topics = ["/odom", "/rate"];
  const app = client({ identity: { name: "guest", rights: { topics, clientTopics: topics } } });
  server.addChannels(["/odom", "/rate", "/secret"].map((topic) => ({ ...ODOM, topic })));
  const advertised = app.takes();
  assertEquals(advertised.op === "advertise" && advertised.channels.map(({ topic }) => topic), ["/rate"]);
  for (const [id, topic] of ["/odom", "/rate", "/secret"].entries()) {
    app.says({ op: "advertise", channels: [{ id: clientChannel(id), topic, encoding: "json", schemaName: "X" }] });
  }
  app.hearsStatus(StatusLevel.ERROR, 'Cannot advertise "/odom"', "not allow");
  app.hearsStatus(StatusLevel.ERROR, 'Cannot advertise "/secret"', "not allow");
  app.hearsNothing();
});
