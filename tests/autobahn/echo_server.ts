// The server that Autobahn tests, in its own process: sends all messages back, with the server's own WebSocket.
//
// Prints its port. When its standard input ends, prints a line of figures and exits.

import { MACHINE_CLOCK } from "../../src/machine_clock.ts";
import { Compressor } from "../../src/server/direct/compressor.ts";
import { DirectListener } from "../../src/server/direct/direct_listener.ts";
import { DirectTransport } from "../../src/server/direct/direct_transport.ts";
import { loadNodePlatform } from "../../src/server/direct/node_platform.ts";
import { BatchPool } from "../../src/websocket/batch_pool.ts";
import { negotiateExtensions } from "../../src/websocket/extensions.ts";
import { echo, type EchoFigures } from "./echo.ts";

/** Autobahn's largest messages have 16 MiB. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const SAMPLE_MS = 50;

const pool = new BatchPool();
const compressor = new Compressor(loadNodePlatform().zlib, { minBytes: 1024, level: 6 });
const figures: EchoFigures = { connections: 0, peakQueuedBytes: 0, peakRssBytes: 0 };
const options = { pool, clock: MACHINE_CLOCK, maxMessageBytes: MAX_MESSAGE_BYTES, idleTimeoutMs: 0 };

const listener = await DirectListener.open(
  {
    address: { hostname: "127.0.0.1", port: 0 },
    isLoopback: true,
    handshakeTimeoutMs: 10_000,
    clock: MACHINE_CLOCK,
    logger: console,
  },
  {
    onRequest: () => new Response("This server sends WebSocket messages back", { status: 426 }),
    onUpgrade({ headers }, _info, upgrade) {
      const extensions = negotiateExtensions(headers.get("sec-websocket-extensions"));
      const taken = upgrade.take(extensions ? { "sec-websocket-extensions": extensions } : {});
      if (!taken) return undefined;
      figures.connections += 1;
      // Reads compressed messages. The answers are not compressed, which RFC 7692 allows.
      const transport = new DirectTransport(taken.socket, taken.head, {
        ...options,
        compressor: extensions ? compressor : undefined,
      });
      echo(transport, taken.socket, (bytes) => {
        figures.peakQueuedBytes = Math.max(figures.peakQueuedBytes, bytes);
      });
      return undefined;
    },
    onInvalidTarget: () => new Response("The URL is not valid", { status: 400 }),
    onError(error) {
      console.error(error);
      return new Response("The request failed", { status: 500 });
    },
  },
);
const timer = setInterval(() => {
  figures.peakRssBytes = Math.max(figures.peakRssBytes, Deno.memoryUsage().rss);
}, SAMPLE_MS);

console.log(listener.addr.port);
await Deno.stdin.readable.pipeTo(new WritableStream());
clearInterval(timer);
console.log(JSON.stringify(figures));
Deno.exit();
