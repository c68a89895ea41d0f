// RelayUpstream, AcceptedUpstream: the options of the upstreams of a relay, with their defaults and checks.

import { checkOptions } from "../client/check_options.ts";
import type { FoxgloveClientOptions } from "../client/mod.ts";
import { toClientSettings } from "../client/options.ts";
import { parseServerAddress } from "../client/server_address.ts";
import { withToken } from "../client/with_token.ts";
import type { Subprotocol } from "../protocol/capabilities.ts";
import { NamePrefix } from "./mirror/name_prefix.ts";

/** The options of a client that are useful for an upstream. */
export type UpstreamClientOptions = Pick<
  FoxgloveClientOptions,
  "connectTimeoutMs" | "maxSilenceMs" | "maxBufferedBytes" | "maxKept" | "maxKeptBytes"
>;

/** What names an upstream. */
export interface UpstreamNames {
  /**
   * Put before all names of topics, services, parameters and nodes, such as `/robot1`. The names of frames in messages
   * do not change. Default: none.
   */
  prefix?: string;
  /**
   * Names the upstream in statuses, logs and statistics. Default: the prefix without its slash, or the host and port of
   * the URL.
   */
  name?: string;
}

/** A server that the relay connects to. */
export interface RelayUpstream
  extends
    UpstreamNames,
    UpstreamClientOptions,
    Pick<FoxgloveClientOptions, "minRetryDelayMs" | "maxRetryDelayMs" | "createWebSocket"> {
  /** Such as `ws://robot.local:8765`. */
  url: string | URL;
  /** Sent as `Authorization: Bearer`. Excludes `createWebSocket`. Default: none. */
  token?: string;
  /**
   * The subprotocols to offer, for example because a gateway expects its own. Default: all that this package supports.
   */
  subprotocols?: readonly string[];
}

/** A server that has connected to this process: see `Relay.accept()`. */
export interface AcceptedUpstream extends UpstreamNames, UpstreamClientOptions {
  /** Identifies the robot, so that it gets its channels back when it connects again. */
  name: string;
  /**
   * The subprotocol that both sides agreed on. Set it if the socket does not report it: the sockets that
   * `Deno.upgradeWebSocket()` creates do not.
   *
   * @default {socket.protocol}
   */
  subprotocol?: Subprotocol;
}

const CLIENT_OPTIONS = ["connectTimeoutMs", "maxSilenceMs", "maxBufferedBytes", "maxKept", "maxKeptBytes"];
const DIAL_OPTIONS = ["url", "token", "subprotocols", "minRetryDelayMs", "maxRetryDelayMs", "createWebSocket"];

/** An upstream whose options were checked. */
export interface CheckedUpstream {
  readonly name: string;
  readonly prefix: NamePrefix;
  /** The options of its client. */
  readonly options: FoxgloveClientOptions;
}

/** A server to connect to, whose options were checked. */
export interface DialedUpstream extends CheckedUpstream {
  readonly url: URL;
}

/**
 * Checks a server to connect to, and adds the defaults.
 *
 * @throws {TypeError} If the URL or an option is not valid.
 * @throws {RangeError} If a number is out of range.
 */
export function upstreamFrom(upstream: string | URL | RelayUpstream): DialedUpstream {
  const init: RelayUpstream = typeof upstream === "string" || upstream instanceof URL ? { url: upstream } : upstream;
  checkOptions("add an upstream", init, ["name", "prefix", ...DIAL_OPTIONS, ...CLIENT_OPTIONS]);
  const { url, prefix, name, token, subprotocols, ...options } = init;
  const address = new URL(parseServerAddress(url).url);
  if (token !== undefined && options.createWebSocket) {
    throw new TypeError('Cannot add an upstream: "token" and "createWebSocket" exclude each other');
  }
  const open = options.createWebSocket ?? (token === undefined ? undefined : withToken(token)) ??
    ((url: string, protocols: string[]) => new WebSocket(url, protocols));
  const createWebSocket: typeof open = (url, offered) => open(url, subprotocols ? [...subprotocols] : offered);
  return {
    ...checked({ prefix, name: name ?? (prefix?.slice(1) || address.host) }, { ...options, createWebSocket }),
    url: address,
  };
}

/**
 * Checks a server that has connected to this process.
 *
 * @throws {TypeError} If an option is not valid.
 * @throws {RangeError} If a number is out of range.
 */
export function acceptedFrom(upstream: AcceptedUpstream): CheckedUpstream {
  checkOptions("accept an upstream", upstream, ["name", "prefix", "subprotocol", ...CLIENT_OPTIONS]);
  const { name, prefix, ...options } = upstream;
  return checked({ name, prefix }, options);
}

function checked(
  { name, prefix = "" }: { name: string; prefix: string | undefined },
  options: FoxgloveClientOptions,
): CheckedUpstream {
  if (typeof name !== "string" || name === "") throw new TypeError("Cannot add an upstream: its name is empty");
  // The client checks them too, but only when it connects.
  toClientSettings(options);
  return { name, prefix: new NamePrefix("Cannot add an upstream: the prefix", prefix), options };
}
