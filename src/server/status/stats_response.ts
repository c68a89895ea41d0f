// statsResponse(): the statistics of a server as JSON, as far as the sender may see them.

import type { Access } from "../../session/access.ts";
import { appUrlFrom } from "../app_url.ts";
import type { DefinedParameter } from "../parameters/parameter_owner.ts";
import type { ChannelStats, ClientStats } from "../stats/server_stats.ts";
import type { NumberJson, ParameterRangeJson } from "./plain_json.ts";
import type { ChannelStatsJson, ClientStatsJson, StatsJson } from "./stats_json.ts";
import { statusResponse } from "./status_response.ts";
import type { StatusRequest, StatusSource } from "./status_source.ts";

/** Lichtblick has no public address. Its container listens here. */
const LICHTBLICK = "http://localhost:8080/";

/** Returns the statistics. */
export function statsResponse(source: StatusSource, request: StatusRequest): Response {
  return statusResponse(JSON.stringify(statsJson(source, request)), { "content-type": "application/json" });
}

function statsJson(source: StatusSource, request: StatusRequest): StatsJson {
  const { access } = request;
  const { createdAt, clients, channels, sinks, ...rest } = source.stats();
  const parameters = access.parameters(source.parameters());
  return {
    name: source.name,
    uptimeSeconds: source.uptimeMs / 1000,
    createdAt: createdAt.toISOString(),
    ...rest,
    clients: maySeePeers(access) ? clients.map(clientJson) : [],
    upstreams: maySeePeers(access) ? source.upstreams() : [],
    channels: channels.filter(({ channel }) => access.allows("topics", channel.topic)).map(channelJson),
    sinks: sinks.map(({ messages, bytes }) => ({ messages, bytes })),
    // Also creates a member with the name `__proto__`.
    parameterRanges: Object.fromEntries(parameters.map((each) => [each.name, rangeJson(each)])),
    links: linksFor(request),
  };
}

/** Addresses and names of other clients and of upstreams are not for senders that may see only some topics. */
function maySeePeers(access: Access): boolean {
  return !access.isRestricted("topics");
}

function clientJson({ client, roundTripMs, ...counts }: ClientStats): ClientStatsJson {
  const { id, address, subprotocol, userAgent, identity, connectedAt } = client;
  return {
    client: {
      id,
      address,
      ...(subprotocol !== undefined && { subprotocol }),
      ...(userAgent !== undefined && { userAgent }),
      ...(identity && { identity: identity.name === undefined ? {} : { name: identity.name } }),
      connectedAt: connectedAt.toISOString(),
    },
    ...counts,
    ...(roundTripMs !== undefined && { roundTripMs }),
  };
}

function channelJson({ channel, ...counts }: ChannelStats): ChannelStatsJson {
  const { id, topic, encoding, schemaName, schemaEncoding } = channel;
  return {
    channel: { id, topic, encoding, schemaName, ...(schemaEncoding !== undefined && { schemaEncoding }) },
    ...counts,
  };
}

function rangeJson({ definition, type }: DefinedParameter): ParameterRangeJson {
  const { min, max, step, oneOf, description, readOnly } = definition;
  return {
    ...(type !== undefined && { type }),
    ...(min !== undefined && { min: numberJson(min) }),
    ...(max !== undefined && { max: numberJson(max) }),
    ...(step !== undefined && { step: numberJson(step) }),
    ...(oneOf && { oneOf: oneOf.map((each) => typeof each === "bigint" ? numberJson(each) : each) }),
    ...(description !== undefined && { description }),
    ...(readOnly !== undefined && { readOnly }),
  };
}

function numberJson(value: number | bigint): NumberJson {
  const rounded = Number(value);
  return typeof value === "number" || Number.isSafeInteger(rounded) ? rounded : `${value}`;
}

/** Links for the address that the sender used, because apps run on the sender's machine. */
function linksFor({ pageUrl, socketPath }: StatusRequest): StatsJson["links"] {
  const url = new URL(socketPath, pageUrl);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return {
    foxglove: appUrlFrom(undefined, { app: "foxglove", url }),
    lichtblick: appUrlFrom(undefined, { app: "lichtblick", base: LICHTBLICK, url }),
  };
}
