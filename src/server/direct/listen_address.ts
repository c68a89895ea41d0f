// Listening: the address of a direct listener, and the errors if it cannot be used.

import { bracketed, type ServerAddress } from "../address.ts";
import { requireNet } from "./net_permission.ts";
import type { NodeError, NodeServer } from "./node_http.ts";
import type { FileModule, NodePlatform } from "./node_platform.ts";

/** Where a direct listener listens. `hostname`: without brackets. `path`: the path of a Unix socket. */
export type ListenAddress = { readonly hostname: string; readonly port: number } | { readonly path: string };

/**
 * How many connections may wait for acceptance. With the platform's default, clients that connect at the same time are
 * delayed.
 */
const BACKLOG = 4096;

/**
 * The maximum length of the path of a Unix socket in bytes, by platform. One more byte ends it (`sun_path` of
 * `sockaddr_un`). Node on Windows uses named pipes, which have another limit.
 */
const MAX_PATH_BYTES: Readonly<Record<string, number>> = { linux: 107, win32: Infinity };
const MAX_PATH_BYTES_ELSEWHERE = 103;

/**
 * Returns the address without the brackets that URLs have around an IPv6 address, or the absolute path, because the
 * program may change its working directory.
 */
export function canonicalAddress(address: ListenAddress, { path }: Pick<NodePlatform, "path">): ListenAddress {
  if ("path" in address) return { path: path.resolve(address.path) };
  return { ...address, hostname: address.hostname.replace(/^\[(.*)\]$/, "$1") };
}

/** Returns the text of an address: `host:port`, with brackets around an IPv6 address, or the path. */
export function addressText(address: ListenAddress): string {
  if ("path" in address) return address.path;
  const { hostname, port } = address;
  return `${bracketed(hostname)}:${port}`;
}

/**
 * Begins to listen. Replaces the file of a Unix socket on which no process listens.
 *
 * @param address The canonical address.
 * @param reusePort Whether other listeners with this option may listen on the same port.
 * @throws {RangeError} When the path of a Unix socket is too long.
 * @throws {Error} When it cannot listen. Errors of the system have a `code`, such as `"EADDRINUSE"` when the address is
 * in use.
 */
export async function listenOn(
  server: NodeServer,
  address: ListenAddress,
  platform: NodePlatform,
  reusePort = false,
): Promise<ServerAddress> {
  if ("path" in address) checkLength(address.path, platform);
  try {
    await attempt(server, address, reusePort).catch(async (error: NodeError) => {
      if (!("path" in address) || error.code !== "EADDRINUSE" || !await isStale(address.path, platform)) throw error;
      removeFile(address.path, platform);
      await attempt(server, address, reusePort);
    });
  } catch (cause) {
    throw explained(address, cause, platform);
  }
  const actual = server.address();
  if ("path" in address) return { transport: "unix", hostname: "", port: 0, path: address.path };
  if (actual === null || typeof actual === "string") throw new TypeError("Cannot listen: the platform has no address");
  return { transport: "tcp", hostname: actual.address, port: actual.port };
}

/** Removes the file of a Unix socket. Does nothing if there is none, because some platforms remove it themselves. */
export function removeFile(path: string, { fs }: Pick<NodePlatform, "fs">): void {
  try {
    fs.unlinkSync(path);
  } catch (error) {
    if ((error as NodeError).code !== "ENOENT") throw error;
  }
}

async function attempt(server: NodeServer, address: ListenAddress, reusePort: boolean): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.on("listening", resolve);
  server.on("error", reject);
  try {
    if ("path" in address) server.listen({ path: address.path, backlog: BACKLOG });
    else {
      requireNet(addressText(address));
      server.listen({ host: address.hostname, port: address.port, backlog: BACKLOG, reusePort });
    }
    await promise;
  } finally {
    server.off("listening", resolve);
    server.off("error", reject);
  }
}

/** Node (22) cuts off a path that is too long, and listens on another one. */
function checkLength(path: string, { process }: NodePlatform): void {
  const { length } = new TextEncoder().encode(path);
  const limit = MAX_PATH_BYTES[process.platform] ?? MAX_PATH_BYTES_ELSEWHERE;
  if (length <= limit) return;
  throw new RangeError(`Cannot listen on ${path}: the path has ${length} bytes, and a Unix socket allows ${limit}`);
}

/** Whether the path is a socket on which no process listens, or has disappeared. */
async function isStale(path: string, { fs, net }: NodePlatform): Promise<boolean> {
  const kind = kindOfFile(path, fs);
  if (kind !== "socket") return kind === "none";
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = net.connect({ path });
  socket.on("connect", () => resolve(false));
  socket.on("error", ({ code }) => resolve(code === "ECONNREFUSED" || code === "ENOENT"));
  const isStale = await promise;
  socket.destroy();
  return isStale;
}

/** Returns what exists at a path. `"unknown"`: the program may not look at it. */
function kindOfFile(path: string, fs: FileModule): "socket" | "other" | "none" | "unknown" {
  try {
    return fs.lstatSync(path).isSocket() ? "socket" : "other";
  } catch (error) {
    return (error as NodeError).code === "ENOENT" ? "none" : "unknown";
  }
}

/** The error keeps its class, because callers distinguish errors by class. */
function explained(address: ListenAddress, cause: unknown, platform: NodePlatform): unknown {
  if (!(cause instanceof Error)) return cause;
  const cannot = `Cannot listen on ${addressText(address)}`;
  const reason = knownReason(address, cause, platform);
  // Without a cause, which would fill the terminal and say nothing more.
  if (reason) return Object.assign(new Error(`${cannot}: ${reason.text}`), { code: reason.code });
  cause.message = `${cannot}: ${cause.message}`;
  return cause;
}

/** Returns why a listener cannot listen, if the error of the system does not say it clearly. */
function knownReason(
  address: ListenAddress,
  { code }: NodeError,
  { fs, path: { dirname } }: NodePlatform,
): { code: string; text: string } | undefined {
  if (code === "EADDRINUSE") {
    if (!("path" in address)) return { code, text: "the port is in use" };
    const isOther = kindOfFile(address.path, fs) === "other";
    return { code, text: isOther ? "a file that is not a socket has this path" : "the socket is in use" };
  }
  if (!("path" in address)) return undefined;
  // Node reports EACCES if the folder does not exist.
  const isMissing = code === "ENOENT" || (code === "EACCES" && kindOfFile(dirname(address.path), fs) === "none");
  return isMissing ? { code: "ENOENT", text: "the folder does not exist" } : undefined;
}
