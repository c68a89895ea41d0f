// Random operations, many of which refer to the same clients and channels.

import { SUBPROTOCOLS } from "../../src/protocol/capabilities.ts";
import type { ClientChannel } from "../../src/protocol/client_publish.ts";
import type { ConnectionGraph } from "../../src/protocol/connection_graph.ts";
import type { ChannelId, SubscriptionId } from "../../src/protocol/ids.ts";
import type { ClientMessage } from "../../src/protocol/messages.ts";
import type { Parameter } from "../../src/protocol/parameters.ts";
import type { Random } from "../protocol/random.ts";
import { CLIENT_SLOTS, type ClientOperation, type Operation, type ServerOperation } from "./operations.ts";
import { NAN, UNSENDABLE } from "./fixture.ts";

/**
 * Clients of both subprotocols, with channels and a service to use. Random operations alone rarely create all of them.
 */
const FIRST_OPERATIONS: readonly Operation[] = [
  { type: "addChannel", topic: "/a" },
  { type: "addChannel", topic: "/b", latch: 2 },
  { type: "connect", client: 0, subprotocol: "foxglove.sdk.v1.1" },
  { type: "addService", name: "/s" },
  { type: "connect", client: 1, subprotocol: "foxglove.websocket.v1" },
  { type: "addChannel", topic: "/hidden", latch: 1 },
];

/** A sequence of `count` random operations. */
export function randomOperations(random: Random, count: number): Operation[] {
  return Array.from({ length: count }, (_, index) => FIRST_OPERATIONS[index] ?? random.pick(OPERATIONS)(random));
}

/** A random action of any client. */
export function randomClientOperation(random: Random): ClientOperation {
  return random.pick(CLIENT_OPERATIONS)(random);
}

/** A random action of the program that does not disconnect clients. */
export function randomServerOperation(random: Random): ServerOperation {
  return random.pick(SERVER_OPERATIONS)(random);
}

/** Actions of clients. */
const CLIENT_OPERATIONS = weighted<ClientOperation>([
  [20, (random) => ({ type: "message", client: slot(random), message: random.pick(MESSAGES)(random) })],
  [1, (random) => ({ type: "invalidText", client: slot(random), text: text(random) })],
  [6, (random) => ({ type: "publish", client: slot(random), channelId: id(random), text: text(random) })],
  [3, (random) => ({
    type: "call",
    client: slot(random),
    serviceId: random.once(4) ? id(random) : 1,
    callId: random.below(9),
    encoding: random.pick(["json", "json", "cdr", "xml"]),
  })],
  [1, (random) => ({ type: "controlPlayback", client: slot(random), speed: random.below(3), requestId: "r" })],
]);

/** Actions of the program. */
const SERVER_OPERATIONS = weighted<ServerOperation>([
  [2, (random) => ({
    type: "addChannel",
    topic: random.pick(["/a", "/b", "/hidden"]),
    ...(random.once(2) ? { latch: 1 + random.below(2) } : {}),
    ...(random.once(2) ? { schemaName: random.pick(["A", "B", "C"]) } : {}),
  })],
  [2, (random) => ({ type: "removeChannel", channelId: id(random) })],
  [1, (random) => ({ type: "addSink", ...(random.once(2) ? { pattern: random.pick(["/a", "/h*"]) } : {}) })],
  [1, (random) => ({ type: "removeSink", sink: id(random) })],
  [6, (random) => ({
    type: "send",
    channelId: id(random),
    text: text(random),
    ...(random.once(3) ? { to: id(random) } : {}),
  })],
  [
    1,
    (random) =>
      random.once(4) ? { type: "removeService", serviceId: id(random) } : {
        type: "addService",
        name: random.pick(["/s", "/t"]),
        ...(random.once(3) ? { encoding: "xml" } : {}),
      },
  ],
  [3, (random) => ({ type: "updateParameters", parameters: hookParameters(random) })],
  [2, (random) => ({ type: "updateGraph", graph: graph(random) })],
  [1, (random) => ({ type: "sendStatus", text: text(random), id: statusId(random), sticky: true })],
  [1, (random) => ({
    type: "sendStatus",
    text: text(random),
    ...(random.once(2) ? { id: statusId(random) } : {}),
    ...(random.once(3) ? { to: id(random) } : {}),
  })],
  [1, (random) => ({ type: "removeStatus", ids: random.list(2, () => statusId(random)) })],
  [1, (random) => ({ type: "broadcastTime", at: random.below(100) })],
  [1, (random) => ({ type: "broadcastPlayback", at: random.below(10) })],
  [1, (random) => ({ type: "resetSession", id: random.pick(["s1", "s2"]) })],
]);

/** The hooks for which operations can be scripted. */
const HOOKS: readonly string[] = [
  "onSubscribe",
  "onUnsubscribe",
  "onClientSubscribe",
  "onClientUnsubscribe",
  "onClientConnect",
  "onClientDisconnect",
  "onClientAdvertise",
  "onClientUnadvertise",
  "onClientMessage",
  "onParametersSubscribe",
  "onConnectionGraphSubscribe",
  "onServiceRequest",
  "onGetParameters",
  "onSetParameters",
  "onFetchAsset",
  "onPlaybackControl",
];

/** The last operation of a hook. Closing is rare, because little happens afterwards. */
function lastHookOperation(random: Random): ServerOperation {
  if (random.once(40)) return { type: "close" };
  return random.once(3)
    ? { type: "disconnect", clientId: id(random) }
    : { type: "removeChannel", channelId: id(random) };
}

const OPERATIONS: readonly ((random: Random) => Operation)[] = [
  ...CLIENT_OPERATIONS,
  ...SERVER_OPERATIONS,
  ...weighted<Operation>([
    [3, (random) => ({ type: "connect", client: slot(random), subprotocol: random.pick(SUBPROTOCOLS) })],
    [1, (random) => ({ type: "leave", client: slot(random) })],
    [1, (random) => ({ type: "disconnect", clientId: id(random) })],
    [2, (random) => ({ type: "stall", client: slot(random) })],
    [2, (random) => ({ type: "read", client: slot(random) })],
    [6, (random) => ({
      type: "script",
      hook: random.pick(HOOKS),
      operations: [...random.list(2, () => randomServerOperation(random)), lastHookOperation(random)],
    })],
    [6, (random) => ({ type: "answer", request: random.below(3), parameters: hookParameters(random) })],
    [2, (random) => ({ type: "fail", request: random.below(3) })],
  ]),
];

/** Messages that can be printed as JSON. Messages with bytes or bigints have their own operations. */
const MESSAGES = weighted<ClientMessage>([
  [5, (random) => ({
    op: "subscribe",
    subscriptions: [...random.list(2, () => subscription(random)), subscription(random)],
  })],
  [3, (random) => ({ op: "unsubscribe", subscriptionIds: random.list(2, () => id(random)) })],
  [3, (random) => ({ op: "advertise", channels: random.list(2, () => clientChannel(random)) })],
  [1, (random) => ({ op: "unadvertise", channelIds: random.list(2, () => id(random)) })],
  [1, (random) => ({ op: "getParameters", parameterNames: names(random), ...requestId(random) })],
  [2, (random) => ({ op: "setParameters", parameters: parameters(random), ...requestId(random) })],
  [4, (random) => ({ op: "subscribeParameterUpdates", parameterNames: names(random) })],
  [2, (random) => ({ op: "unsubscribeParameterUpdates", parameterNames: names(random) })],
  [2, () => ({ op: "subscribeConnectionGraph" })],
  [1, () => ({ op: "unsubscribeConnectionGraph" })],
  [1, (random) => ({ op: "fetchAsset", uri: "package://a", requestId: random.below(9) })],
]);

/** Repeats each choice by its weight. */
function weighted<T>(choices: readonly [weight: number, make: (random: Random) => T][]): ((random: Random) => T)[] {
  return choices.flatMap(([weight, make]) => Array.from({ length: weight }, () => make));
}

function slot(random: Random): number {
  return random.below(CLIENT_SLOTS);
}

function text(random: Random): string {
  return random.pick(["", "x", "yes"]);
}

function statusId(random: Random): string {
  return random.pick(["i", "j"]);
}

function requestId(random: Random): { id?: string } {
  return random.once(2) ? { id: "q" } : {};
}

function subscription(random: Random): { id: SubscriptionId; channelId: ChannelId } {
  return { id: id(random), channelId: id(random) };
}

function clientChannel(random: Random): ClientChannel {
  return {
    id: id(random),
    topic: random.pick(["/c", "/d", "/forbidden"]),
    encoding: random.pick(["json", "json", "xml"]),
    schemaName: "",
  };
}

/** One of a few ids, so that operations refer to the same ones. */
function id<Id extends number>(random: Random): Id {
  return (1 + random.below(4)) as Id;
}

function names(random: Random): string[] {
  return random.list(2, () => random.pick(["p", "q", "__proto__"]));
}

function parameters(random: Random): Parameter[] {
  return names(random).map((name) => ({ name, ...(random.once(4) ? {} : { value: random.below(3) }) }));
}

function hookParameters(random: Random): Parameter[] {
  const odd = () => ({ value: random.pick([NAN, UNSENDABLE]) });
  return parameters(random).map((parameter) => ({ ...parameter, ...(random.once(5) ? odd() : {}) }));
}

function graph(random: Random): ConnectionGraph {
  const ids = () => random.list(2, () => random.pick(["m", "n"]));
  const name = () => random.pick(["/g", "/h"]);
  return {
    publishedTopics: random.list(2, () => ({ name: name(), publisherIds: ids() })),
    subscribedTopics: random.list(2, () => ({ name: name(), subscriberIds: ids() })),
    advertisedServices: random.list(2, () => ({ name: name(), providerIds: ids() })),
  };
}
