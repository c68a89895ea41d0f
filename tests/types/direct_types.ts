// The types of the direct transport. This file is only checked, never run.

import type * as nodeCrypto from "node:crypto";
import type * as nodeFs from "node:fs";
import type * as nodeHttp from "node:http";
import type * as nodeHttps from "node:https";
import type * as nodeNet from "node:net";
import type * as nodeTimers from "node:timers";
import type { IncomingMessage, NodeServer, RawSocket, ServerResponse } from "../../src/server/direct/node_http.ts";
import type { CryptoModule, FileModule, NodePlatform, ServerOptions } from "../../src/server/direct/node_platform.ts";

// Node's modules have the members that the direct transport uses. The events of servers are left out, because their
// listeners get other types there.
declare const socket: nodeNet.Socket;
const sockets: RawSocket = socket;
declare const message: nodeHttp.IncomingMessage & { method: string; url: string };
const messages: IncomingMessage = message;
declare const response: nodeHttp.ServerResponse;
const responses: Omit<ServerResponse, "assignSocket" | "detachSocket"> = response;
declare const server: nodeHttps.Server;
const servers: Omit<NodeServer, "on" | "off"> = server;
declare const http: typeof nodeHttp;
const create: (options: ServerOptions) => Omit<NodeServer, "on" | "off"> = http.createServer;
declare const crypto: typeof nodeCrypto;
const hashes: Pick<CryptoModule, "createHash"> = crypto;
declare const fs: typeof nodeFs;
const files: FileModule = fs;
declare const net: typeof nodeNet;
const connect: (target: { host: string; port: number }) => RawSocket = net.connect;
declare const timers: typeof nodeTimers;
const turns: NodePlatform["timers"] = timers;

void [sockets, messages, responses, servers, create, hashes, files, connect, turns];
