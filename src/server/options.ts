// FoxgloveServerOptions: their defaults, and their checks.

import { CAPABILITIES, type Capability } from "../protocol/capabilities.ts";
import type { Channel } from "../protocol/channels.ts";
import type { ClientChannel } from "../protocol/client_publish.ts";
import type { ClientInfo } from "./client_info.ts";
import type { Authorize } from "./gate.ts";
import { HEALTH_PATHS, type HealthPaths } from "./health.ts";
import { type LimitOptions, type Limits, resolveLimits } from "./limit_options.ts";
import type { FoxgloveServerListener } from "./listener.ts";
import { CONSOLE, type Logger, SILENT } from "./logger.ts";
import { checkInteger } from "./option_checks.ts";
import { type OriginRule, originRule } from "./origins.ts";

const UINT64_MAX = 0xffff_ffff_ffff_ffffn;

/** Options of `FoxgloveServer`. Only `name` is required. */
export interface FoxgloveServerOptions extends LimitOptions {
  /** Shown to the user, such as in the app's title bar. */
  name: string;
  /**
   * The address to listen on. `"0.0.0.0"` lets other machines connect: see `authorize` for who may.
   *
   * @default {"127.0.0.1"}
   */
  hostname?: string;
  /**
   * The TCP port to listen on; 0 takes any free one, see `FoxgloveServer.addr`. Apps expect 8765.
   *
   * @default {8765}
   */
  port?: number;
  /**
   * The certificate chain, together with `key`: clients then connect with `wss://`. PEM text, or the `file:` URL of a file that
   * `start()` reads, which takes `--allow-read`. `reloadCertificate()` exchanges both. Default: no TLS.
   */
  cert?: string | URL;
  /** The private key, as PEM text or the `file:` URL of one. */
  key?: string | URL;
  /**
   * What the server offers beyond sending messages. Declared, never guessed: a method that needs one that is missing throws. A client is
   * not offered those that its rights rule out.
   *
   * @default {[]}
   */
  capabilities?: readonly Capability[];
  /**
   * Message encodings that clients may use to publish and to call services, such as `["json"]`. When given, what a client advertises in
   * any other is refused. The request encodings of services are added. Default: none declared, publishes are not checked.
   */
  supportedEncodings?: readonly string[];
  /** Key-value pairs for clients; apps read `ROS_DISTRO`. Default: none. */
  metadata?: Readonly<Record<string, string>>;
  /**
   * Names this run of the server. Apps that reconnect keep their plots when it is the same as before, and start afresh otherwise.
   *
   * @default {crypto.randomUUID()}
   */
  sessionId?: string;
  /** Where recorded data begins, in ns; together with `dataEndTime` and the capability `playbackControl`, or not at all. */
  dataStartTime?: bigint;
  /** Where recorded data ends, in ns, inclusive. */
  dataEndTime?: bigint;
  /** The hooks, as by `setListener()`. */
  listener?: FoxgloveServerListener;
  /**
   * Where log lines go. `console` writes all of them, `false` none.
   *
   * Default: warnings and errors go to the console.
   */
  logger?: Logger | false;
  /**
   * Where a supervisor finds out whether the server works (`live`) and whether it takes clients (`ready`), by a GET or a HEAD that reaches
   * no `fallback`. Say other paths, of one or of both, where these are in use; `false`: nowhere.
   *
   * @default {{ live: "/healthz", ready: "/readyz" }}
   */
  healthPaths?: HealthPaths | false;
  /**
   * Answers the HTTP requests that are neither a WebSocket handshake nor one for `healthPaths`, such as for a page. If it fails, the request
   * gets 500 and the log the error. Default: 426.
   */
  fallback?: (request: Request, info?: Deno.ServeHandlerInfo) => Response | Promise<Response>;
  /**
   * How many reverse proxies stand before the server, each of which appends the address that it saw to `X-Forwarded-For`: clients then
   * have the address that the outermost of them saw, not that of the innermost. More than there are lets clients choose their address.
   *
   * @default {0}
   */
  trustedProxies?: number;
  /**
   * Refuses clients that offer no subprotocol. Apps always offer one, debugging tools do not.
   *
   * @default {false}
   */
  requireSubprotocol?: boolean;
  /** Paths at which clients may connect, such as `["/ws"]`; others get 404. Default: any. */
  allowedPaths?: readonly string[];
  /**
   * Web pages that may connect, by their origins; others get 403. Programs send no origin and are let in. A list takes the place of the
   * default, so repeat what is still wanted of it.
   *
   * - `"https://lichtblick.example"`, `"app://x"`: this very origin, without a slash at its end.
   * - `"https://*.example"`: whatever is below that domain.
   * - `"loopback"`: pages from the browser's own machine: `localhost`, `127.0.0.0/8` and `[::1]`, any port.
   * - `"same-host"`: pages from the very host, any port, by which they reach the server: an IP address, or a name of local networks
   *   (`robot`, `robot.local`, `.lan`, `.internal`, `.home.arpa`). By any other name it would be no protection against DNS rebinding:
   *   list such as `"https://robot.example"` instead. The same holds for local names if `start()` listens on a loopback `hostname`, such
   *   as the default, without `trustedProxies`.
   * - `"file://"`: desktop apps such as Lichtblick's. `"null"`: pages opened from a disk, but sandboxed ones as well, so anybody's.
   * - `"*"`: any page on the web that a user of the network happens to open.
   *
   * @default {["loopback", "same-host", "file://", "https://app.foxglove.dev"]}
   */
  allowedOrigins?: readonly string[];
  /**
   * Says who a client is, by whatever its request holds (headers, address, query), or refuses it; `bearerToken()` makes one. Asked once
   * for each handshake, after all other checks. Default: whoever can reach the server is let in.
   */
  authorize?: Authorize;
  /**
   * How long `authorize` may take, in ms, before the client is refused with 503, and then the client to open its socket. 0: as long as
   * they like; a client that resets its connection in the moment in which it is accepted then keeps its slot.
   *
   * @default {10_000}
   */
  handshakeTimeoutMs?: number;
  /**
   * Which channels a client may see and subscribe to; asked once for each client and channel. Only `true` allows it: a promise does not.
   * Default: all.
   */
  channelFilter?: (channel: Channel, client: ClientInfo) => boolean;
  /** On which channels a client may publish, by topic for instance. Only `true` allows it: a promise does not. Default: all. */
  clientChannelFilter?: (channel: ClientChannel, client: ClientInfo) => boolean;
  /**
   * How many bytes of data may wait for a client that reads too slowly before the oldest is dropped. More rides out longer stalls, and shows
   * older data after them. A single message may be larger.
   *
   * @default {10_485_760} 10 MiB
   */
  maxQueuedBytes?: number;
  /**
   * How many data messages may wait for a client that reads too slowly before the oldest is dropped.
   *
   * @default {1024}
   */
  maxQueuedMessages?: number;
  /**
   * After how long a client is given up that takes none of what waits in its socket, in ms. More is kinder to links that come back, less
   * frees memory sooner. 0: never.
   *
   * @default {30_000}
   */
  stuckAfterMs?: number;
  /**
   * How long a hook may take to answer a request, in ms, before the client is told that it failed. 0: as long as it likes.
   *
   * @default {0}
   */
  requestTimeoutMs?: number;
  /**
   * The largest asset that is sent, in bytes; a larger one fails its request. More lets bigger meshes through, and costs that much memory
   * for each client that fetches one.
   *
   * @default {33_554_432} 32 MiB
   */
  maxAssetBytes?: number;
  /**
   * After how long without a sign of life a client is taken for dead, in ms; it is pinged after half of that. Less notices sooner that a
   * robot's link is gone. 0: never.
   *
   * @default {30_000}
   */
  idleTimeoutMs?: number;
}

/** The options with their defaults, checked. */
export interface ResolvedOptions extends Omit<FoxgloveServerOptions, keyof Limits | "healthPaths" | "logger">, Limits {
  hostname: string;
  port: number;
  capabilities: readonly Capability[];
  sessionId: string;
  logger: Logger;
  healthPaths: HealthPaths;
  trustedProxies: number;
  requireSubprotocol: boolean;
  allowsOrigin: OriginRule;
  handshakeTimeoutMs: number;
  requestTimeoutMs: number;
  maxAssetBytes: number;
  idleTimeoutMs: number;
  maxQueuedBytes: number;
  maxQueuedMessages: number;
  stuckAfterMs: number;
}

/**
 * Puts in the defaults and checks what was given.
 *
 * @throws {TypeError} When options contradict one another or are of the wrong kind.
 * @throws {RangeError} When a number is out of its range.
 */
export function resolveOptions(options: FoxgloveServerOptions): ResolvedOptions {
  const {
    hostname = "127.0.0.1",
    port = 8765,
    capabilities = [],
    sessionId = crypto.randomUUID(),
    logger = CONSOLE,
    healthPaths = HEALTH_PATHS,
    trustedProxies = 0,
    requireSubprotocol = false,
    handshakeTimeoutMs = 10_000,
    requestTimeoutMs = 0,
    maxAssetBytes = 32 * 1024 * 1024,
    idleTimeoutMs = 30_000,
    maxQueuedBytes = 10 * 1024 * 1024,
    maxQueuedMessages = 1024,
    stuckAfterMs = 30_000,
  } = options;
  if (typeof options.name !== "string") throw new TypeError(`Cannot create a server: "name" is ${typeof options.name}`);
  for (const capability of capabilities) {
    if (!CAPABILITIES.includes(capability)) {
      throw new TypeError(`Cannot create a server: there is no capability "${capability}"`);
    }
  }
  checkInteger("port", port, 0, 65_535);
  checkInteger("handshakeTimeoutMs", handshakeTimeoutMs, 0, 2 ** 31 - 1);
  if (options.authorize !== undefined && typeof options.authorize !== "function") {
    throw new TypeError('Cannot create a server: "authorize" is no function');
  }
  checkInteger("trustedProxies", trustedProxies, 0);
  checkInteger("requestTimeoutMs", requestTimeoutMs, 0, 2 ** 31 - 1);
  checkInteger("maxAssetBytes", maxAssetBytes, 0);
  checkInteger("maxQueuedBytes", maxQueuedBytes, 0);
  checkInteger("maxQueuedMessages", maxQueuedMessages, 1);
  checkInteger("stuckAfterMs", stuckAfterMs, 0);
  // Deno counts it in 32 bits, and takes anything longer for no time at all.
  checkInteger("idleTimeoutMs", idleTimeoutMs, 0, 2 ** 31 - 1);
  if ((options.cert === undefined) !== (options.key === undefined)) {
    throw new TypeError('Cannot create a server: "cert" and "key" come together');
  }
  checkPlayback(capabilities, options.dataStartTime, options.dataEndTime);
  return {
    ...options,
    ...resolveLimits(options),
    hostname,
    port,
    capabilities: [...new Set(capabilities)],
    sessionId,
    logger: logger === false ? SILENT : logger,
    healthPaths: healthPathsFrom(healthPaths),
    trustedProxies,
    requireSubprotocol,
    allowsOrigin: originRule(options.allowedOrigins),
    handshakeTimeoutMs,
    requestTimeoutMs,
    maxAssetBytes,
    idleTimeoutMs,
    maxQueuedBytes,
    maxQueuedMessages,
    stuckAfterMs,
  };
}

/** The same path for both would never tell of a server that is not ready. */
function healthPathsFrom(paths: HealthPaths | false): HealthPaths {
  if (paths === false) return {};
  const given = [paths.live, paths.ready].filter((path) => path !== undefined);
  for (const path of given) {
    if (!path.startsWith("/")) {
      throw new TypeError(`Cannot create a server: health path "${path}" does not begin with "/"`);
    }
  }
  if (new Set(given).size < given.length) {
    throw new TypeError(`Cannot create a server: both health paths are "${paths.live}"`);
  }
  return { ...paths };
}

function checkPlayback(capabilities: readonly Capability[], start: bigint | undefined, end: bigint | undefined): void {
  const given = [capabilities.includes("playbackControl"), start !== undefined, end !== undefined];
  if (!given.every((each) => each === given[0])) {
    throw new TypeError(
      'Cannot create a server: capability "playbackControl", "dataStartTime" and "dataEndTime" come together',
    );
  }
  if (start === undefined || end === undefined) return;
  if (start < 0n || end < start || end > UINT64_MAX) {
    throw new RangeError(`Cannot create a server: its data would begin at ${start} ns and end at ${end} ns`);
  }
}
