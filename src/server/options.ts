// FoxgloveServerOptions: the options of a server, with their defaults and checks.

import { isDeno } from "../platform.ts";
import { kindOf } from "../protocol/bytes.ts";
import { oldRuntime } from "../runtime_version.ts";
import { CAPABILITIES, type Capability } from "../protocol/capabilities.ts";
import type { Channel } from "../protocol/channels.ts";
import type { ClientChannel } from "../protocol/client_publish.ts";
import { checkDataRange } from "../session/declared_info.ts";
import type { RequestInfo } from "./address.ts";
import type { ClientInfo } from "./client_info.ts";
import type { CompressionOptions } from "./direct/compressor.ts";
import type { Authorize } from "./http/authorizer.ts";
import { HEALTH_PATHS, type HealthPaths } from "./http/health.ts";
import { LIMIT_NAMES, type LimitOptions, type Limits, resolveLimits } from "./limit_options.ts";
import type { FoxgloveServerListener } from "./listener.ts";
import type { Logger } from "../logger.ts";
import { CONSOLE, SILENT } from "./loggers.ts";
import { checkInteger } from "./option_checks.ts";
import { type OriginRule, originRule } from "./http/origins.ts";
import type { MemberNames } from "./misspelled.ts";
import type { StatusPageOptions } from "./status/status_page_option.ts";

/** Options of `FoxgloveServer`. Only `name` is required. */
export interface FoxgloveServerOptions extends LimitOptions {
  /** The server's name. Apps show it to the user, for example in the title bar. */
  name: string;
  /**
   * The address to listen on. `"0.0.0.0"` lets other machines connect: use `authorize` to restrict who may.
   *
   * @default {"127.0.0.1"}
   */
  hostname?: string;
  /**
   * The TCP port to listen on. 0 selects a free port: see `FoxgloveServer.addr`. Apps expect 8765.
   *
   * @default {8765}
   */
  port?: number;
  /**
   * The path of a Unix socket to listen on, such as `"/run/robot/ws.sock"`, for programs and proxies on the same
   * machine. It replaces `hostname` and `port`, excludes `cert` and `key`, and requires the transport `"direct"`. A
   * relative path begins at the working directory of `start()`. `start()` replaces a socket on which no process
   * listens, and `close()` removes it.
   *
   * A process that may write to the file can connect. The mode of the file follows the umask: with the usual 022, only
   * the same user and root can connect. To let a group connect, set the umask to 007, or call
   * `Deno.chmod(path, 0o660)` after `start()`. To restrict access, put the file into a folder that only these users may
   * enter. The umask and the folder also protect the file that the server creates after the process was out of file
   * descriptors; `chmod()` does not.
   *
   * Deno needs `--allow-read`, `--allow-write` and `--allow-net` for the path, for example
   * `--allow-net=unix:/run/robot/ws.sock`.
   *
   * Default: a TCP port.
   */
  path?: string;
  /**
   * The certificate chain. Requires `key`; clients then connect with `wss://`. PEM text, or the `file:` URL of a file
   * that `start()` reads, which requires `--allow-read`. `reloadCertificate()` replaces both. Default: no TLS.
   */
  cert?: string | URL;
  /** The private key. PEM text, or the `file:` URL of a PEM file. */
  key?: string | URL;
  /**
   * Optional features that the server offers, such as services or parameters. They must be declared: a method throws if
   * the capability that it needs is missing. Clients whose rights exclude a capability do not see it.
   *
   * @default {[]}
   */
  capabilities?: readonly Capability[];
  /**
   * Message encodings that clients may use to publish and to call services, such as `["json"]`. If given, client
   * channels with any other encoding are rejected. The request encodings of services are added. Default: none declared,
   * and client channels are not checked.
   */
  supportedEncodings?: readonly string[];
  /** Key-value pairs for clients. Apps read `ROS_DISTRO`. Default: none. */
  metadata?: Readonly<Record<string, string>>;
  /**
   * Identifies this run of the server. Apps that reconnect keep their plots if the id is the same as before, and clear
   * them otherwise.
   *
   * @default {crypto.randomUUID()}
   */
  sessionId?: string;
  /**
   * When recorded data begins, in ns. Requires `dataEndTime` and the capability `playbackControl`, and each of these
   * requires it.
   */
  dataStartTime?: bigint;
  /** When recorded data ends, in ns, inclusive. */
  dataEndTime?: bigint;
  /** The hooks. `setListener()` replaces them. */
  listener?: FoxgloveServerListener;
  /**
   * Receives the log lines. `console` writes all of them, `false` none.
   *
   * Default: warnings and errors go to the console.
   */
  logger?: Logger | false;
  /**
   * HTTP paths for health checks with GET or HEAD: `live` tells whether the server responds, and `ready` whether it
   * accepts clients. These requests do not reach the `fallback`. Choose other paths if these are in use. `false`
   * disables the checks.
   *
   * @default {{ live: "/healthz", ready: "/readyz" }}
   */
  healthPaths?: HealthPaths | false;
  /**
   * Where the server has its status page, with statistics in JSON and metrics for Prometheus. `{ path: "/status" }`
   * asks for it at this path, for everyone who can reach the server, or for clients that `authorize` accepts. `false`:
   * nowhere.
   *
   * Default: at `/`, with `/metrics` and `/api/stats`, if `authorize` is set or only this machine can send requests:
   * `start()` listens on a loopback `hostname`, `trustedProxies` is 0, and the request has a loopback `Host` and no
   * header of a proxy. If `fallback` is set, it answers these paths instead. Requests that the program passes to
   * `handleRequest()` or `handleUpgrade()` do not get the page.
   */
  statusPage?: false | StatusPageOptions;
  /**
   * Answers other HTTP requests than WebSocket handshakes, health checks and those of an explicit `statusPage`, for
   * example for a web page. If it fails, the server answers with 500 and logs the error. Default: a response with
   * status 426.
   */
  fallback?: (request: Request, info?: RequestInfo) => Response | Promise<Response>;
  /**
   * How many reverse proxies are in front of the server. Each must append the address of its peer to `X-Forwarded-For`.
   * The address of a client is then the one that the outermost proxy saw. A value that is too high lets clients spoof
   * their address.
   *
   * @default {0}
   */
  trustedProxies?: number;
  /**
   * Rejects clients that do not offer a subprotocol. Apps always offer one, debugging tools do not. Clients that offer
   * only subprotocols that are not in `SUBPROTOCOLS` of `./protocol` are always rejected.
   *
   * @default {false}
   */
  requireSubprotocol?: boolean;
  /** URL paths at which clients may connect, such as `["/ws"]`. Other paths get 404. Default: any path. */
  allowedPaths?: readonly string[];
  /**
   * Origins of web pages that may connect. Pages from other origins get 403. Programs send no origin and are always
   * allowed. A list replaces the default, so repeat the default entries that are still needed.
   *
   * - `"https://lichtblick.example"`, `"app://x"`: exactly this origin, without a slash at the end.
   * - `"https://*.example"`: all subdomains of this domain.
   * - `"loopback"`: pages from the browser's own machine: `localhost`, `127.0.0.0/8` and `[::1]`, any port.
   * - `"same-host"`: pages from the host to which they connect, any port. The host must be an IP address or a local
   *   name (`robot`, `robot.local`, `.lan`, `.internal`, `.home.arpa`). Other names do not count, because they do not
   *   protect against DNS rebinding: list the origin, such as `"https://robot.example"`. Local names do not count
   *   either if `start()` listens on a loopback `hostname`, such as the default, without `trustedProxies`.
   * - `"file://"`: desktop apps such as Lichtblick's.
   * - `"null"`: pages opened from a disk. Sandboxed pages of any site also have this origin, so it allows every site.
   * - `"*"`: every web page that a user in the network opens.
   *
   * @default {["loopback", "same-host", "file://", "https://app.foxglove.dev"]}
   */
  allowedOrigins?: readonly string[];
  /**
   * Identifies a client by its request (headers, address, query), or rejects it. `bearerToken()` creates such a
   * function. Called once for each handshake, after the request itself has been checked. Default: every client that can
   * reach the server may connect.
   */
  authorize?: Authorize;
  /**
   * How long `authorize` may take, in ms, before the client is rejected with 503. Also how long an accepted client may
   * take to open its socket. 0: no limit. Then a client that resets its connection at the moment when it is accepted
   * never frees its slot.
   *
   * @default {10_000}
   */
  handshakeTimeoutMs?: number;
  /**
   * Decides which channels a client may see and subscribe to. Called once for each client and channel. Must return a
   * boolean: any other value, such as a promise, denies the channel. Default: all channels are allowed.
   */
  channelFilter?: (channel: Channel, client: ClientInfo) => boolean;
  /**
   * Decides on which channels a client may publish, for example by topic. Must return a boolean: any other value, such
   * as a promise, denies the channel. Default: all channels are allowed.
   */
  clientChannelFilter?: (channel: ClientChannel, client: ClientInfo) => boolean;
  /**
   * How many bytes of data messages are queued for a slow client before the oldest are dropped. A higher limit survives
   * longer stalls, but the client then shows older data. A single message may be larger.
   *
   * @default {10_485_760} 10 MiB
   */
  maxQueuedBytes?: number;
  /**
   * How many data messages are queued for a slow client before the oldest are dropped.
   *
   * @default {1024}
   */
  maxQueuedMessages?: number;
  /**
   * After how long a client that does not read is evicted, in ms. A higher value tolerates longer interruptions of the
   * link, a lower value frees memory sooner. 0: never.
   *
   * @default {30_000}
   */
  stuckAfterMs?: number;
  /**
   * How long a hook may take to answer a request, in ms, before the request fails. 0: no limit.
   *
   * @default {0}
   */
  requestTimeoutMs?: number;
  /**
   * The largest asset that is sent, in bytes. Requests for larger assets fail. A higher limit allows larger meshes, and
   * needs that much memory for each client that fetches one.
   *
   * @default {33_554_432} 32 MiB
   */
  maxAssetBytes?: number;
  /**
   * After how long without any frame from a client its connection is considered dead, in ms. Clients are pinged after
   * half of that time. A lower value detects a broken link sooner. 0: never.
   *
   * @default {30_000}
   */
  idleTimeoutMs?: number;
  /**
   * The implementation of HTTP and WebSocket that `start()` uses.
   *
   * - `"native"`: `Deno.serve()` with its WebSocket upgrade.
   * - `"direct"`: `node:http` and this package's own WebSocket. It writes many messages with one system call, frees the
   *   memory of a client at once, replaces certificates without closing connections (except on Bun), and measures round
   *   trips.
   *
   * Default: `"native"` on Deno, `"direct"` elsewhere.
   */
  transport?: "native" | "direct";
  /**
   * Compresses messages for clients that support it, as most browsers do (permessage-deflate). A message is compressed
   * once for all clients. Use it for large JSON over a slow network: it takes time on the main thread. Requires the
   * transport `"direct"`. `true`: with the defaults.
   *
   * @default {false}
   */
  compression?: boolean | CompressionOptions;
}

/** The names of all options. */
export const OPTION_NAMES: MemberNames<FoxgloveServerOptions> = {
  ...LIMIT_NAMES,
  name: true,
  hostname: true,
  port: true,
  path: true,
  cert: true,
  key: true,
  capabilities: true,
  supportedEncodings: true,
  metadata: true,
  sessionId: true,
  dataStartTime: true,
  dataEndTime: true,
  listener: true,
  logger: true,
  healthPaths: true,
  statusPage: true,
  fallback: true,
  trustedProxies: true,
  requireSubprotocol: true,
  allowedPaths: true,
  allowedOrigins: true,
  authorize: true,
  handshakeTimeoutMs: true,
  channelFilter: true,
  clientChannelFilter: true,
  maxQueuedBytes: true,
  maxQueuedMessages: true,
  stuckAfterMs: true,
  requestTimeoutMs: true,
  maxAssetBytes: true,
  idleTimeoutMs: true,
  transport: true,
  compression: true,
};

/** The options with their defaults, checked. */
export interface ResolvedOptions
  extends Omit<FoxgloveServerOptions, keyof Limits | "healthPaths" | "logger" | "compression">, Limits {
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
  transport: "native" | "direct";
  /** `undefined`: nothing is compressed. */
  compression: Required<CompressionOptions> | undefined;
}

/**
 * Checks the options and adds the defaults.
 *
 * @throws {TypeError} When options contradict each other or have the wrong type.
 * @throws {RangeError} When a number is out of its range.
 */
export function resolveOptions(options: FoxgloveServerOptions): ResolvedOptions {
  const old = oldRuntime();
  if (old !== undefined) throw new TypeError(`Cannot create a server: ${old}`);
  if (typeof options !== "object" || options === null) {
    throw new TypeError(
      `Cannot create a server: its options are ${kindOf(options)}, not an object such as { name, port }`,
    );
  }
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
    transport = isDeno() ? "native" : "direct",
  } = options;
  if (typeof options.name !== "string") {
    throw new TypeError(`Cannot create a server: "name" is ${kindOf(options.name)}, not text`);
  }
  for (const capability of capabilities) {
    if (!CAPABILITIES.includes(capability)) {
      throw new TypeError(`Cannot create a server: unknown capability "${capability}"`);
    }
  }
  checkInteger("port", port, 0, 65_535);
  checkInteger("handshakeTimeoutMs", handshakeTimeoutMs, 0, 2 ** 31 - 1);
  if (options.authorize !== undefined && typeof options.authorize !== "function") {
    throw new TypeError('Cannot create a server: "authorize" is not a function');
  }
  checkInteger("trustedProxies", trustedProxies, 0);
  checkInteger("requestTimeoutMs", requestTimeoutMs, 0, 2 ** 31 - 1);
  checkInteger("maxAssetBytes", maxAssetBytes, 0);
  checkInteger("maxQueuedBytes", maxQueuedBytes, 0);
  checkInteger("maxQueuedMessages", maxQueuedMessages, 1);
  checkInteger("stuckAfterMs", stuckAfterMs, 0);
  // Deno keeps it in 32 bits, and treats larger values as 0.
  checkInteger("idleTimeoutMs", idleTimeoutMs, 0, 2 ** 31 - 1);
  if (transport !== "native" && transport !== "direct") {
    throw new TypeError(
      `Cannot create a server: "transport" is ${JSON.stringify(transport)}, not "native" or "direct"`,
    );
  }
  if (transport === "native" && !isDeno()) {
    throw new TypeError('Cannot create a server: the transport "native" needs Deno, use "direct"');
  }
  if ((options.cert === undefined) !== (options.key === undefined)) {
    throw new TypeError('Cannot create a server: "cert" and "key" must be set together');
  }
  if (options.path !== undefined) checkPath(options.path, options, transport);
  const { dataStartTime, dataEndTime } = options;
  checkDataRange("Cannot create a server", { capabilities: new Set(capabilities), dataStartTime, dataEndTime });
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
    transport,
    compression: compressionFrom(options.compression ?? false, transport),
  };
}

/** Checks the path of a Unix socket. Its length is checked when the absolute path is known. */
function checkPath(path: string, options: FoxgloveServerOptions, transport: "native" | "direct"): void {
  const cannot = 'Cannot create a server: "path"';
  if (typeof path !== "string") throw new TypeError(`${cannot} is ${kindOf(path)}, not text`);
  if (path === "") throw new TypeError(`${cannot} is empty`);
  if (path.includes("\0")) throw new TypeError(`${cannot} contains a NUL character`);
  for (const other of ["hostname", "port", "cert", "key"] as const) {
    if (options[other] !== undefined) throw new TypeError(`${cannot} and "${other}" must not be set together`);
  }
  if (transport === "native") throw new TypeError(`${cannot} requires the transport "direct"`);
}

function compressionFrom(
  compression: boolean | CompressionOptions,
  transport: "native" | "direct",
): Required<CompressionOptions> | undefined {
  if (compression === false) return undefined;
  if (transport === "native") {
    throw new TypeError('Cannot create a server: "compression" requires the transport "direct"');
  }
  const { minBytes = 1024, level = 6 } = compression === true ? {} : compression;
  checkInteger("compression.minBytes", minBytes, 0);
  checkInteger("compression.level", level, 1, 9);
  return { minBytes, level };
}

/** Rejects equal paths, because `ready` would then always be answered like `live`. */
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
