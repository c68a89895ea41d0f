// Listening: the address of a direct listener, and the errors if it cannot be used.

import { bracketed, type NetAddress, type UnixAddress } from "../address.ts";
import { requireNet } from "./net_permission.ts";
import type { NodeError, NodeServer } from "./node_http.ts";
import type { NodePlatform } from "./node_platform.ts";

/** Where a direct listener listens. `hostname`: without brackets. `path`: the path of a Unix socket. */
export type ListenAddress = { readonly hostname: string; readonly port: number } | { readonly path: string };

/**
 * How many connections may wait for acceptance. With the platform's default, clients that connect at the same time are
 * delayed.
 */
const BACKLOG = 4096;

/** Returns the address without the brackets that URLs have around an IPv6 address. */
export function withoutBrackets(address: ListenAddress): ListenAddress {
  return "path" in address ? address : { ...address, hostname: address.hostname.replace(/^\[(.*)\]$/, "$1") };
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
 * @throws {Error} When it cannot listen. Errors of the system have a `code`, such as `"EADDRINUSE"` when the address is
 * in use.
 */
export async function listenOn(
  server: NodeServer,
  address: ListenAddress,
  platform: NodePlatform,
): Promise<NetAddress | UnixAddress> {
  try {
    await attempt(server, address).catch(async (error: NodeError) => {
      if (!("path" in address) || error.code !== "EADDRINUSE" || !await isStale(address.path, platform)) throw error;
      removeFile(address.path, platform);
      await attempt(server, address);
    });
  } catch (cause) {
    throw explained(address, cause);
  }
  const actual = server.address();
  if ("path" in address) return { transport: "unix", path: address.path };
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

async function attempt(server: NodeServer, address: ListenAddress): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.on("listening", resolve);
  server.on("error", reject);
  try {
    if ("path" in address) server.listen({ path: address.path, backlog: BACKLOG });
    else {
      requireNet(addressText(address));
      server.listen({ host: address.hostname, port: address.port, backlog: BACKLOG });
    }
    await promise;
  } finally {
    server.off("listening", resolve);
    server.off("error", reject);
  }
}

/** Whether the path is a socket on which no process listens, or has disappeared. */
async function isStale(path: string, { fs, net }: NodePlatform): Promise<boolean> {
  try {
    if (!fs.lstatSync(path).isSocket()) return false;
  } catch (error) {
    return (error as NodeError).code === "ENOENT";
  }
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = net.connect({ path });
  socket.on("connect", () => resolve(false));
  socket.on("error", ({ code }) => resolve(code === "ECONNREFUSED" || code === "ENOENT"));
  const isStale = await promise;
  socket.destroy();
  return isStale;
}

/** The error keeps its class, because callers distinguish errors by class. */
function explained(address: ListenAddress, cause: unknown): unknown {
  const cannot = `Cannot listen on ${addressText(address)}`;
  if (!(cause instanceof Error)) return cause;
  if ((cause as NodeError).code !== "EADDRINUSE") {
    cause.message = `${cannot}: ${cause.message}`;
    return cause;
  }
  const what = "path" in address ? "the socket" : "the port";
  return Object.assign(new Error(`${cannot}: ${what} is in use`, { cause }), { code: "EADDRINUSE" });
}
