// Random valid messages of each op.

import type { AdvertisedSchema, ChannelReference } from "../../src/protocol/advertised_schemas.ts";
import type { Channel } from "../../src/protocol/channels.ts";
import type { ClientChannel } from "../../src/protocol/client_publish.ts";
import type { Id } from "../../src/protocol/ids.ts";
import type { ClientMessage, ServerMessage } from "../../src/protocol/messages.ts";
import type { Parameter, ParameterType, ParameterValue } from "../../src/protocol/parameters.ts";
import type { Service, ServiceSchema } from "../../src/protocol/services.ts";
import type { StatusLevel } from "../../src/protocol/status.ts";
import type { Random } from "./random.ts";

type Makers<Message extends { op: string }> = {
  [Op in Message["op"]]: (random: Random) => Extract<Message, { op: Op }>;
};

/** One function for each op of a server. The type checker rejects missing ones. */
export const SERVER_MESSAGES: Makers<ServerMessage> = {
  serverInfo: (random) => ({
    op: "serverInfo",
    name: text(random),
    capabilities: random.list(3, () => text(random)),
    ...maybe(random, () => ({ supportedEncodings: random.list(3, () => text(random)) })),
    ...maybe(random, () => ({ metadata: stringMap(random) })),
    ...maybe(random, () => ({ sessionId: text(random) })),
    ...maybe(random, () => ({ dataStartTime: wireTime(random), dataEndTime: wireTime(random) })),
  }),
  status: (random) => ({
    op: "status",
    level: random.below(3) as StatusLevel,
    message: text(random),
    ...maybe(random, () => ({ id: text(random) })),
  }),
  removeStatus: (random) => ({ op: "removeStatus", statusIds: random.list(3, () => text(random)) }),
  advertise: (random) => ({
    op: "advertise",
    ...maybe(
      random,
      () => ({ schemas: [advertisedSchema(random), ...random.list(2, () => advertisedSchema(random))] }),
    ),
    channels: random.list(3, () => random.once(2) ? channel(random) : channelReference(random)),
  }),
  unadvertise: (random) => ({ op: "unadvertise", channelIds: random.list(3, () => safeId(random)) }),
  messageData: (random) => ({
    op: "messageData",
    subscriptionId: id(random),
    timestamp: random.uint64(),
    payload: payload(random),
  }),
  time: (random) => ({ op: "time", timestamp: random.uint64() }),
  parameterValues: (random) => ({
    op: "parameterValues",
    parameters: random.list(4, () => random.once(5) ? withNaN(random) : parameter(random)),
    ...maybe(random, () => ({ id: text(random) })),
  }),
  advertiseServices: (random) => ({ op: "advertiseServices", services: random.list(3, () => service(random)) }),
  unadvertiseServices: (random) => ({ op: "unadvertiseServices", serviceIds: random.list(3, () => id(random)) }),
  serviceCallResponse: (random) => ({
    op: "serviceCallResponse",
    serviceId: id(random),
    callId: random.uint32(),
    encoding: text(random),
    payload: payload(random),
  }),
  serviceCallFailure: (random) => ({
    op: "serviceCallFailure",
    serviceId: id(random),
    callId: random.uint32(),
    message: text(random),
  }),
  connectionGraphUpdate: (random) => ({
    op: "connectionGraphUpdate",
    publishedTopics: random.list(2, () => ({ name: text(random), publisherIds: random.list(2, () => text(random)) })),
    subscribedTopics: random.list(2, () => ({ name: text(random), subscriberIds: random.list(2, () => text(random)) })),
    advertisedServices: random.list(2, () => ({ name: text(random), providerIds: random.list(2, () => text(random)) })),
    removedTopics: random.list(2, () => text(random)),
    removedServices: random.list(2, () => text(random)),
  }),
  fetchAssetResponse: (random) => ({
    op: "fetchAssetResponse",
    requestId: random.uint32(),
    ...(random.once(2) ? { status: "error", error: text(random) } : { status: "success", data: payload(random) }),
  }),
  playbackState: (random) => ({
    op: "playbackState",
    status: random.pick(["playing", "paused", "buffering", "ended"]),
    currentTime: random.uint64(),
    speed: speed(random),
    didSeek: random.once(2),
    ...maybe(random, () => ({ requestId: `r${text(random)}` })),
  }),
};

/** One function for each op of a client. */
export const CLIENT_MESSAGES: Makers<ClientMessage> = {
  subscribe: (random) => ({
    op: "subscribe",
    subscriptions: random.list(3, () => ({ id: id(random), channelId: safeId(random) })),
  }),
  unsubscribe: (random) => ({ op: "unsubscribe", subscriptionIds: random.list(3, () => id(random)) }),
  advertise: (random) => ({ op: "advertise", channels: random.list(3, () => clientChannel(random)) }),
  unadvertise: (random) => ({ op: "unadvertise", channelIds: random.list(3, () => id(random)) }),
  messageData: (random) => ({ op: "messageData", channelId: id(random), payload: payload(random) }),
  getParameters: (random) => ({
    op: "getParameters",
    parameterNames: random.list(3, () => text(random)),
    ...maybe(random, () => ({ id: text(random) })),
  }),
  setParameters: (random) => ({
    op: "setParameters",
    parameters: random.list(4, () => parameter(random)),
    ...maybe(random, () => ({ id: text(random) })),
  }),
  subscribeParameterUpdates: (random) => ({
    op: "subscribeParameterUpdates",
    parameterNames: random.list(3, () => text(random)),
  }),
  unsubscribeParameterUpdates: (random) => ({
    op: "unsubscribeParameterUpdates",
    parameterNames: random.list(3, () => text(random)),
  }),
  serviceCallRequest: (random) => ({
    op: "serviceCallRequest",
    serviceId: id(random),
    callId: random.uint32(),
    encoding: text(random),
    payload: payload(random),
  }),
  subscribeConnectionGraph: () => ({ op: "subscribeConnectionGraph" }),
  unsubscribeConnectionGraph: () => ({ op: "unsubscribeConnectionGraph" }),
  fetchAsset: (random) => ({ op: "fetchAsset", uri: text(random), requestId: random.uint32() }),
  playbackControlRequest: (random) => ({
    op: "playbackControlRequest",
    command: random.pick(["play", "pause"]),
    speed: speed(random),
    ...maybe(random, () => ({ seekTime: random.uint64() })),
    requestId: text(random),
  }),
};

function maybe<T extends object>(random: Random, make: () => T): T | Record<never, never> {
  return random.once(2) ? make() : {};
}

const TEXTS = ["", "a", "/topic", "jsön", "日本語", "🤖", '"\\\n\0', "__proto__", "constructor", "\ufeffmark", " "];

function text(random: Random): string {
  return random.list(2, () => random.pick(TEXTS)).join("");
}

function stringMap(random: Random): Record<string, string> {
  const entries = [text(random), ...random.list(2, () => text(random))].map((name) => [name, text(random)]);
  return Object.fromEntries(entries);
}

/** Returns an id, often the lowest or the highest one. */
function id<Kind extends string>(random: Random): Id<Kind> {
  return random.pick([0, 1, 0xffff_ffff, random.uint32()]) as Id<Kind>;
}

function safeId<Kind extends string>(random: Random): Id<Kind> {
  return random.pick([0, 1, 2 ** 32, Number.MAX_SAFE_INTEGER, random.uint32()]) as Id<Kind>;
}

function payload(random: Random): Uint8Array {
  return random.bytes(random.below(100));
}

function speed(random: Random): number {
  return random.pick([0, 1, -2, 0.5, Math.fround(0.1), random.uint32() >>> 8]);
}

/** Returns a time that fits in a `serverInfo`. */
function wireTime(random: Random): bigint {
  return BigInt(random.uint32()) * 1_000_000_000n + BigInt(random.below(1_000_000_000));
}

/** Returns a schema encoding and a valid schema for it. */
function schema(random: Random): { schemaEncoding: string; schema: string | Uint8Array } {
  return random.once(2)
    ? { schemaEncoding: random.pick(["jsonschema", "ros1msg", "ros2msg", "x"]), schema: text(random) }
    : { schemaEncoding: random.pick(["protobuf", "flatbuffer"]), schema: random.once(4) ? "" : binarySchema(random) };
}

function binarySchema(random: Random): Uint8Array {
  return random.bytes(1 + random.below(40));
}

function channel(random: Random): Channel {
  return {
    id: safeId(random),
    topic: text(random),
    schemaName: text(random),
    ...random.pick([
      { encoding: text(random), ...schema(random) },
      { encoding: "json", schema: text(random) },
      { encoding: "protobuf", schema: binarySchema(random) },
    ]),
    ...maybe(random, () => ({ metadata: stringMap(random) })),
  };
}

function channelReference(random: Random): ChannelReference {
  return {
    id: safeId(random),
    topic: text(random),
    encoding: text(random),
    ...maybe(random, () => ({ schemaId: safeId(random) })),
    ...maybe(random, () => ({ metadata: stringMap(random) })),
  };
}

function advertisedSchema(random: Random): AdvertisedSchema {
  const { schemaEncoding, schema: data } = schema(random);
  return { id: safeId(random), name: text(random), encoding: schemaEncoding, data };
}

function clientChannel(random: Random): ClientChannel {
  return {
    id: id(random),
    topic: text(random),
    schemaName: text(random),
    ...random.pick([
      { encoding: text(random), ...schema(random) },
      { encoding: "json", schemaEncoding: "jsonschema" },
      { encoding: "flatbuffer", schema: binarySchema(random) },
      { encoding: text(random) },
    ]),
  };
}

function serviceSchema(random: Random): ServiceSchema {
  return { encoding: text(random), schemaName: text(random), ...schema(random) };
}

function service(random: Random): Service {
  return {
    id: id(random),
    name: text(random),
    type: text(random),
    ...random.pick([{ request: serviceSchema(random) }, { requestSchema: text(random) }]),
    ...random.pick([{ response: serviceSchema(random) }, { responseSchema: text(random) }]),
  };
}

function parameter(random: Random): Parameter {
  const type = random.pick<ParameterType | undefined>([undefined, undefined, "byte_array", "float64", "float64_array"]);
  return {
    name: text(random),
    ...(random.once(4) ? {} : { value: type === undefined ? value(random, 3) : typedValue(random, type) }),
    ...(type === undefined ? {} : { type }),
  };
}

/** Returns a parameter with NaN, which only servers send. */
function withNaN(random: Random): Parameter {
  const value = [NaN, ...random.list(3, () => random.pick([number(random), NaN]))];
  return { name: text(random), value, ...maybe(random, (): { type: ParameterType } => ({ type: "float64_array" })) };
}

function typedValue(random: Random, type: ParameterType): ParameterValue {
  if (type === "float64") return number(random);
  if (type === "float64_array") return random.list(4, () => number(random));
  return payload(random).toBase64();
}

function value(random: Random, depth: number): ParameterValue {
  const kind = random.below(depth > 0 ? 5 : 3);
  if (kind === 0) return random.once(4) ? bigInteger(random) : number(random);
  if (kind === 1) return random.once(2);
  if (kind === 2) return text(random);
  if (kind === 3) return random.list(3, () => value(random, depth - 1));
  return Object.fromEntries(random.list(3, () => [text(random), value(random, depth - 1)]));
}

function number(random: Random): number {
  return random.pick([0, 1, -1, 1.5, 1e300, 5e-324, Number.MAX_SAFE_INTEGER, 2 ** 60, -1e20, random.uint32() / 7]);
}

/** Returns an odd integer that a number cannot represent exactly. */
function bigInteger(random: Random): bigint {
  return random.pick([
    2n ** 53n + 1n,
    -(2n ** 63n) + 1n,
    2n ** 64n - 1n,
    2n ** 60n + BigInt(random.below(100)) * 2n + 1n,
  ]);
}
