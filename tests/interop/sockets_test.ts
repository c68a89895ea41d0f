// The socket matrix: other people's WebSocket clients against the transport "direct", in every kind of connection.

import { assertEquals } from "@std/assert/equals";
import type { FoxgloveServerOptions } from "../../src/server/options.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { selfSignedCertificate } from "../support/certificate.ts";
import { within } from "../support/events.ts";
import { firstMissing, type NeededProgram, NGINX, testWith } from "../support/needed_programs.ts";
import { Nginx } from "../support/nginx.ts";
import { ByteCounter } from "./sockets/byte_counter.ts";
import { CLIENTS, type SocketClient } from "./sockets/clients.ts";
import type { SocketReport } from "./sockets/converse.ts";

/** A kind of connection. */
interface ConnectionKind {
  name: string;
  isTls: boolean;
  isCompressed: boolean;
  isProxied: boolean;
}

/** All kinds. nginx ends TLS, so the server behind it never has TLS. */
const KINDS: readonly ConnectionKind[] = [false, true].flatMap((isProxied) =>
  [false, true].flatMap((isTls) =>
    [false, true].map((isCompressed) => ({
      name: `${isTls ? "wss" : "ws"}${isCompressed ? ", compressed" : ""}${isProxied ? ", behind nginx" : ""}`,
      isTls,
      isCompressed,
      isProxied,
    }))
  )
);

const NAME = "Prüfstand 速度 🚗";
const SUBPROTOCOLS = ["foxglove.websocket.v1", "foxglove.sdk.v1"];
const CHANNEL = { topic: "/größe", schema: '{"type":"object","properties":{"größe":{"type":"string"}}}' };
const PAYLOADS = [60, 100_000, 1_048_576].map(jsonOf);
const PAYLOAD_BYTES = PAYLOADS.reduce((sum, { length }) => sum + length, 0);
const DENO: NeededProgram = { path: Deno.execPath(), missing: "" };

/** Returns JSON of exactly this many bytes, many of which are not ASCII. */
function jsonOf(bytes: number): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const unit = "größe 12 €, 速度 🚗; ";
  const textBytes = bytes - encoder.encode(JSON.stringify({ größe: "" })).length;
  const unitBytes = encoder.encode(unit).length;
  const text = unit.repeat(textBytes / unitBytes) + ".".repeat(textBytes % unitBytes);
  return encoder.encode(JSON.stringify({ größe: text }));
}

/** Returns what a client reports of the message with this index. */
async function expectedMessage(
  payload: Uint8Array<ArrayBuffer>,
  index: number,
): Promise<SocketReport["messages"][number]> {
  return {
    timestamp: String(timestampOf(index)),
    bytes: payload.length,
    characters: [...new TextDecoder().decode(payload)].length,
    sha256: encodeHex(await crypto.subtle.digest("SHA-256", payload)),
  };
}

function timestampOf(index: number): bigint {
  return 1_700_000_000_123_456_789n + BigInt(index);
}

function encodeHex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A server, and what it gets from its only client. */
async function startServer(options: Partial<FoxgloveServerOptions>) {
  const published: { topic: string; payload: Uint8Array }[] = [];
  const left = Promise.withResolvers<void>();
  const server = new FoxgloveServer({
    ...options,
    name: NAME,
    port: 0,
    transport: "direct",
    capabilities: ["clientPublish", "services"],
    supportedEncodings: ["json"],
    listener: {
      onSubscribe: (server, channelId) =>
        PAYLOADS.forEach((payload, index) => server.sendMessage(channelId, timestampOf(index), payload)),
      onClientMessage: (_server, _id, payload, { channel }) => void published.push({ topic: channel.topic, payload }),
      onServiceRequest: (_server, _serviceId, _callId, _encoding, payload) => payload,
      onClientDisconnect: () => left.resolve(),
    },
  });
  server.addChannel({ ...CHANNEL, encoding: "json", schemaName: "Größe" });
  server.addService({ name: "/echo", type: "Echo" });
  await server.start();
  return { server, published, left: left.promise };
}

async function assertConverses(client: SocketClient, { isTls, isCompressed, isProxied }: ConnectionKind) {
  const certificate = await selfSignedCertificate();
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const certificateFile = `${folder}/cert.pem`;
  await Deno.writeTextFile(certificateFile, certificate.cert);

  const tls = isTls && !isProxied ? certificate : {};
  const { server, published, left } = await startServer({ compression: isCompressed, ...tls });
  stack.use(server);
  const counter = stack.use(new ByteCounter(server.addr!.port));
  const nginx = isProxied
    ? stack.use(
      await Nginx.start(NGINX.path!, { upstream: `127.0.0.1:${counter.port}`, ...(isTls && { certificate }) }),
    )
    : undefined;
  const address = nginx ? `127.0.0.1:${nginx.port}/robot/` : `127.0.0.1:${counter.port}`;
  const report = await client.run({
    url: `${isTls ? "wss" : "ws"}://${address}`,
    subprotocols: SUBPROTOCOLS,
    certificate: isTls ? certificateFile : undefined,
  });

  const isNegotiated = isCompressed && client.offersCompression;
  assertEquals(report, {
    subprotocol: "foxglove.sdk.v1",
    extensions: report.extensions,
    serverName: NAME,
    channel: CHANNEL,
    messages: await Promise.all(PAYLOADS.map(expectedMessage)),
    response: new TextDecoder().decode(PAYLOADS[0]),
    closeCode: 1000,
  });
  assertEquals(report.extensions.split(";")[0], isNegotiated ? "permessage-deflate" : "");
  assertEquals(published, [{ topic: `${CHANNEL.topic}/zurück`, payload: PAYLOADS[1] }]);
  await within(left, "the end of the connection");
  const { client: byClient, error } = server.stats().disconnections;
  assertEquals([byClient, error], [1, 0]);

  // The text repeats, so that it shrinks a lot.
  assertEquals(counter.downBytes < PAYLOAD_BYTES / 4, isNegotiated, `${counter.downBytes} bytes from the server`);
  const isPublishSmall = counter.upBytes < PAYLOADS[1]!.length / 4;
  assertEquals(isPublishSmall, isNegotiated && client.compresses, `${counter.upBytes} bytes from the client`);
}

for (const client of CLIENTS) {
  for (const kind of KINDS) {
    const needed = firstMissing(client.program ?? DENO, ...kind.isProxied ? [NGINX] : []);
    testWith(needed, `${client.name} works with transport "direct": ${kind.name}`, () => assertConverses(client, kind));
  }
}
