// Random operations, of which many refer to one another.

import type { ClientChannel } from "../../src/protocol/client_publish.ts";
import type { ConnectionGraph } from "../../src/protocol/connection_graph.ts";
import type { ChannelId, SubscriptionId } from "../../src/protocol/ids.ts";
import type { ClientMessage } from "../../src/protocol/messages.ts";
import type { Parameter } from "../../src/protocol/parameters.ts";
import type { Random } from "../protocol/random.ts";
import { type ClientsOperation, type Operation, type OwnersOperation, PLACES } from "./operations.ts";
import { NAN, UNSENDABLE } from "./setting.ts";

/** Without clients of both kinds, and something for them to ask for, little happens. */
const BEGINNING: readonly Operation[] = [
  { do: "addChannel", topic: "/a" },
  { do: "addChannel", topic: "/b", latch: 2 },
  { do: "connect", client: 0, sdk: true },
  { do: "addService", name: "/s" },
  { do: "connect", client: 1, sdk: false },
  { do: "addChannel", topic: "/hidden", latch: 1 },
];

/** A sequence of `count` random operations. */
export function randomOperations(random: Random, count: number): Operation[] {
  return Array.from({ length: count }, (_, index) => BEGINNING[index] ?? random.pick(OPERATIONS)(random));
}

/** Something that a client says; which one is left to the caller. */
export function randomClientsOperation(random: Random): ClientsOperation {
  return random.pick(CLIENTS)(random);
}

/** Something that the owner does, but for disconnecting anybody. */
export function randomOwnersOperation(random: Random): OwnersOperation {
  return random.pick(OWNERS)(random);
}

/** What clients say. */
const CLIENTS = weighted<ClientsOperation>([
  [20, (random) => ({ do: "say", client: place(random), message: random.pick(MESSAGES)(random) })],
  [1, (random) => ({ do: "babble", client: place(random), text: text(random) })],
  [6, (random) => ({ do: "publish", client: place(random), channelId: id(random), text: text(random) })],
  [3, (random) => ({
    do: "call",
    client: place(random),
    serviceId: random.once(4) ? id(random) : 1,
    callId: random.below(9),
    encoding: random.pick(["json", "json", "cdr", "xml"]),
  })],
  [1, (random) => ({ do: "steer", client: place(random), speed: random.below(3), requestId: "r" })],
]);

/** What the owner does. */
const OWNERS = weighted<OwnersOperation>([
  [2, (random) => ({
    do: "addChannel",
    topic: random.pick(["/a", "/b", "/hidden"]),
    ...(random.once(2) ? { latch: 1 + random.below(2) } : {}),
  })],
  [2, (random) => ({ do: "removeChannel", channelId: id(random) })],
  [6, (random) => ({
    do: "send",
    channelId: id(random),
    text: text(random),
    ...(random.once(3) ? { to: id(random) } : {}),
  })],
  [
    1,
    (random) =>
      random.once(4) ? { do: "removeService", serviceId: id(random) } : {
        do: "addService",
        name: random.pick(["/s", "/t"]),
        ...(random.once(3) ? { encoding: "xml" } : {}),
      },
  ],
  [3, (random) => ({ do: "updateParameters", parameters: ownersParameters(random) })],
  [2, (random) => ({ do: "updateGraph", graph: graph(random) })],
  [1, (random) => ({ do: "sendStatus", text: text(random), id: statusId(random), sticky: true })],
  [1, (random) => ({
    do: "sendStatus",
    text: text(random),
    ...(random.once(2) ? { id: statusId(random) } : {}),
    ...(random.once(3) ? { to: id(random) } : {}),
  })],
  [1, (random) => ({ do: "removeStatus", ids: random.list(2, () => statusId(random)) })],
  [1, (random) => ({ do: "broadcastTime", at: random.below(100) })],
  [1, (random) => ({ do: "broadcastPlayback", at: random.below(10) })],
  [1, (random) => ({ do: "resetSession", id: random.pick(["s1", "s2"]) })],
]);

/** Hooks in which the owner may do something. */
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

/** What a hook does last: now and then it closes the server, after which little happens. */
function randomEnding(random: Random): OwnersOperation {
  if (random.once(40)) return { do: "close" };
  return random.once(3) ? { do: "disconnect", clientId: id(random) } : { do: "removeChannel", channelId: id(random) };
}

const OPERATIONS: readonly ((random: Random) => Operation)[] = [
  ...CLIENTS,
  ...OWNERS,
  ...weighted<Operation>([
    [3, (random) => ({ do: "connect", client: place(random), sdk: random.once(2) })],
    [1, (random) => ({ do: "leave", client: place(random) })],
    [1, (random) => ({ do: "disconnect", clientId: id(random) })],
    [2, (random) => ({ do: "stall", client: place(random) })],
    [2, (random) => ({ do: "read", client: place(random) })],
    [6, (random) => ({
      do: "script",
      hook: random.pick(HOOKS),
      operations: [...random.list(2, () => randomOwnersOperation(random)), randomEnding(random)],
    })],
    [6, (random) => ({ do: "answer", request: random.below(3), parameters: ownersParameters(random) })],
    [2, (random) => ({ do: "fail", request: random.below(3) })],
  ]),
];

/** What goes as JSON; the rest has operations of its own. */
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

/** Each as often as its weight says. */
function weighted<T>(choices: readonly [weight: number, make: (random: Random) => T][]): ((random: Random) => T)[] {
  return choices.flatMap(([weight, make]) => Array.from({ length: weight }, () => make));
}

function place(random: Random): number {
  return random.below(PLACES);
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

/** So few that they meet. */
function id<Id extends number>(random: Random): Id {
  return (1 + random.below(4)) as Id;
}

function names(random: Random): string[] {
  return random.list(2, () => random.pick(["p", "q", "__proto__"]));
}

function parameters(random: Random): Parameter[] {
  return names(random).map((name) => ({ name, ...(random.once(4) ? {} : { value: random.below(3) }) }));
}

function ownersParameters(random: Random): Parameter[] {
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
