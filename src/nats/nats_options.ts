// PublishToNatsOptions, ServeFromNatsOptions: the options of robots and edges, with their defaults and checks.

import { checkOptions } from "../client/check_options.ts";
import { kindOf } from "../protocol/bytes.ts";
import type { MirrorOptions } from "../relay/mirror/mirror.ts";
import { NamePrefix } from "../relay/mirror/name_prefix.ts";
import { RELAY_OPTIONS, type RelayOptions, resolveRelayOptions } from "../relay/options.ts";
import { type Identity, identityFrom } from "../server/identity.ts";
import { Subjects } from "./subjects.ts";

/** Options of `publishToNats()`. */
export interface PublishToNatsOptions {
  /**
   * Begins all subjects of the robot, such as `fg.robot1`: words of ASCII letters, digits, `-` and `_`, separated by
   * dots. Each robot needs its own.
   */
  prefix: string;
  /**
   * The identity of all edges together. The server checks everything that edges request against its rights. Default:
   * the name `NATS`, and all rights.
   */
  identity?: Identity;
  /**
   * How many bytes may be sent before NATS has confirmed earlier ones. While this limit is reached, data messages are
   * dropped. Memory, and the outdated data that arrives after an interruption, exceed it by at most one message. A
   * connection with a long round trip needs more: at least the bytes per second times the seconds of a round trip.
   *
   * @default {1_048_576} 1 MiB
   */
  maxUnconfirmedBytes?: number;
  /**
   * Messages and requests of viewers are dropped if they are older than this when they arrive, in ms. So the robot
   * carries out no commands from before an interruption. Requests that are dropped fail.
   *
   * @default {2000}
   */
  maxAgeMs?: number;
}

/** Names a robot for an edge. */
export interface NatsRobot {
  /** The prefix that the robot has passed to `publishToNats()`. */
  prefix: string;
  /**
   * Put before all names of topics, services, parameters and nodes, such as `/robot1`. Required with several robots.
   * Default: none.
   */
  namePrefix?: string;
  /** Names the robot in statuses, logs and statistics. Default: `prefix`. */
  name?: string;
  /**
   * Messages that are older than this when they arrive are dropped, in ms. So clients do not mistake them for current
   * data.
   *
   * @default {2000}
   */
  maxAgeMs?: number;
}

/** Options of `serveFromNats()`: those of the first robot, and of the edge. */
export interface ServeFromNatsOptions extends NatsRobot, RelayOptions {
  /**
   * How many bytes of requests and published messages may be sent before NATS has confirmed earlier ones.
   *
   * @default {1_048_576} 1 MiB
   */
  maxUnconfirmedBytes?: number;
}

/** A robot whose options were checked, with all defaults. */
export interface ResolvedRobot {
  readonly name: string;
  /** Before the names for clients. */
  readonly prefix: NamePrefix;
  readonly subjects: Subjects;
  readonly maxAgeMs: number;
}

/** Completes "Cannot" in the error texts of `publishToNats()`. */
export const PUBLISH = "publish to NATS";
/** Completes "Cannot" in the error texts of `serveFromNats()`. */
export const SERVE = "serve from NATS";

const DEFAULT_WINDOW = 1024 * 1024;
const DEFAULT_MAX_AGE_MS = 2000;
const ROBOT_OPTIONS: readonly (keyof NatsRobot)[] = ["prefix", "namePrefix", "name", "maxAgeMs"];

/** Checks the options of a robot, and adds the defaults. Throws as `publishToNats()` does. */
export function resolvePublishOptions(options: PublishToNatsOptions): Required<PublishToNatsOptions> {
  checkOptions(PUBLISH, options, ["prefix", "identity", "maxUnconfirmedBytes", "maxAgeMs"]);
  const { prefix, identity = { name: "NATS" }, maxUnconfirmedBytes = DEFAULT_WINDOW } = options;
  const { maxAgeMs = DEFAULT_MAX_AGE_MS } = options;
  checkPositive(PUBLISH, "maxUnconfirmedBytes", maxUnconfirmedBytes);
  checkPositive(PUBLISH, "maxAgeMs", maxAgeMs);
  return { prefix, identity: identityFrom(identity), maxUnconfirmedBytes, maxAgeMs };
}

/** Checks the options of an edge, and adds the defaults. Throws as `serveFromNats()` does. */
export function resolveServeOptions(
  options: ServeFromNatsOptions,
): { robot: ResolvedRobot; mirror: MirrorOptions; maxUnconfirmedBytes: number } {
  checkOptions(SERVE, options, [...ROBOT_OPTIONS, "maxUnconfirmedBytes", ...RELAY_OPTIONS]);
  const { prefix, namePrefix, name, maxAgeMs, maxUnconfirmedBytes = DEFAULT_WINDOW, ...relayOptions } = options;
  checkPositive(SERVE, "maxUnconfirmedBytes", maxUnconfirmedBytes);
  const robot = resolveRobot({
    prefix,
    ...(namePrefix !== undefined && { namePrefix }),
    ...(name !== undefined && { name }),
    ...(maxAgeMs !== undefined && { maxAgeMs }),
  });
  return { robot, mirror: { ...resolveRelayOptions(relayOptions, SERVE), label: "NATS" }, maxUnconfirmedBytes };
}

/** Checks what names a robot, and adds the defaults. */
export function resolveRobot(robot: NatsRobot): ResolvedRobot {
  checkOptions(SERVE, robot, ROBOT_OPTIONS);
  const { prefix, namePrefix = "", name = prefix, maxAgeMs = DEFAULT_MAX_AGE_MS } = robot;
  checkPositive(SERVE, "maxAgeMs", maxAgeMs);
  if (typeof name !== "string" || name === "") {
    throw new TypeError(`Cannot ${SERVE}: "name" is ${kindOf(name)} or empty`);
  }
  return {
    name,
    prefix: new NamePrefix(`Cannot ${SERVE}: the namePrefix`, namePrefix),
    subjects: new Subjects(`Cannot ${SERVE}`, prefix),
    maxAgeMs,
  };
}

function checkPositive(action: string, name: string, value: number): void {
  if (!(value > 0)) throw new RangeError(`Cannot ${action}: "${name}" is ${value}, not above 0`);
}
