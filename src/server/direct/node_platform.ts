// NodePlatform: the parts of Node's modules that the direct transport uses. Deno, Node and Bun have them.

import { builtinModule } from "../../platform.ts";
import type { CertificateModule } from "../certificate_pair.ts";
import type { NodeServer, RawSocket, ServerResponse } from "./node_http.ts";

/** The part of `node:http` that is used. */
export interface HttpModule {
  /** Creates an HTTP server that does not listen yet. */
  createServer(options: ServerOptions): NodeServer;
  /** The class of responses, for requests whose connection has left the HTTP server. */
  ServerResponse: new (message: object) => ServerResponse;
}

/** The options of a server that are used. All times are in ms, and 0 switches a limit off. */
export interface ServerOptions {
  /** Whether a request without `Host` gets status 400. */
  requireHostHeader: boolean;
  /** How long a connection may be idle after a response. */
  keepAliveTimeout: number;
  /** How long the head of a request may take. */
  headersTimeout: number;
  /** How long a whole request may take. */
  requestTimeout: number;
  /** The certificate chain in PEM. Only for TLS. */
  cert?: string;
  /** The private key in PEM. Only for TLS. */
  key?: string;
  /** The protocols that the server accepts in the TLS handshake. */
  ALPNProtocols?: string[];
}

/** The part of `node:crypto` that is used. */
export interface CryptoModule extends CertificateModule {
  /** Starts to hash. */
  createHash(algorithm: "sha1"): { update(text: string): { digest(encoding: "base64"): string } };
}

/** The part of `node:fs` that is used. */
export interface FileModule {
  /** Describes a file without following links. Throws if it does not exist. */
  lstatSync(path: string): { isSocket(): boolean };
  /** Removes a file. Throws if it does not exist. */
  unlinkSync(path: string): void;
}

/** The part of `node:path` that is used. */
export interface PathModule {
  /** Returns the absolute path. Relative ones begin at the working directory. */
  resolve(path: string): string;
  /** Returns the path of the folder that contains a file. */
  dirname(path: string): string;
}

/** The part of `node:zlib` that is used. */
export interface ZlibModule {
  /** Compresses bytes as a DEFLATE stream without a header. */
  deflateRawSync(bytes: Uint8Array, options: { level: number; finishFlush: number }): Uint8Array<ArrayBuffer>;
  /**
   * Decompresses such a stream. Throws if the bytes are not valid, or with the code `ERR_BUFFER_TOO_LARGE` if the
   * result is larger than `maxOutputLength`.
   */
  inflateRawSync(
    bytes: Uint8Array,
    options: { maxOutputLength: number; finishFlush: number },
  ): Uint8Array<ArrayBuffer>;
  constants: { Z_SYNC_FLUSH: number };
}

/** Where `node:net` connects to. */
export type ConnectTarget = { host: string; port: number } | { path: string };

/** The modules that the direct transport uses. */
export interface NodePlatform {
  /** `node:http`. */
  http: HttpModule;
  /** `node:https`. */
  https: Pick<HttpModule, "createServer">;
  /** `node:net`. */
  net: { connect(target: ConnectTarget): RawSocket };
  /** `node:crypto`. */
  crypto: CryptoModule;
  /** `node:fs`. */
  fs: FileModule;
  /** `node:path`. */
  path: PathModule;
  /** `node:process`. */
  process: { readonly platform: string };
  /** `node:timers`. */
  timers: { setImmediate(callback: () => void): unknown };
  zlib: ZlibModule;
}

const MODULES = [
  "http",
  "https",
  "net",
  "crypto",
  "fs",
  "path",
  "process",
  "timers",
  "zlib",
] as const satisfies (keyof NodePlatform)[];

/**
 * Loads Node's modules. They are not imported, because loading them takes time that servers with another transport
 * would pay for.
 *
 * @throws {TypeError} If the platform does not have them.
 */
export function loadNodePlatform(): NodePlatform {
  const modules: Partial<Record<keyof NodePlatform, unknown>> = {};
  for (const name of MODULES) {
    modules[name] = builtinModule(`node:${name}`);
    if (!modules[name]) throw new TypeError(`Cannot use the transport "direct": this platform has no node:${name}`);
  }
  return modules as NodePlatform;
}

/** Waits for a turn of the event loop. */
export function nextTurn({ timers }: Pick<NodePlatform, "timers">): Promise<void> {
  return new Promise((resolve) => void timers.setImmediate(resolve));
}
