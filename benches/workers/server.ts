// The server of the benchmark of workers. Arguments: the number of workers (0: one process), the number of clients, the
// bytes of a payload, and the progress file. Publishes as fast as the slowest client receives.

import { FoxgloveServer } from "../../mod.ts";
import { serveWorkers } from "../../src/workers/mod.ts";
import { report } from "../servers/report.ts";

/** How much may be under way to the slowest client. Less than the default `maxQueuedMessages` and `maxQueuedBytes`. */
const MAX_MESSAGES = 1000;
const MAX_BYTES = 4 * 1024 * 1024;
/** How many messages may be under way to all clients, so that a turn does not take long. */
const MAX_ALL_MESSAGES = 50_000;

const [workers = 0, clients = 0, payloadBytes = 0] = Deno.args.slice(0, 3).map(Number);
const payload = new Uint8Array(payloadBytes);
const options = { name: "bench", port: 0, logger: false, idleTimeoutMs: 0 } as const;
const server = workers === 0
  ? new FoxgloveServer({ ...options, transport: "direct" })
  : await serveWorkers({ ...options, workers });
const channelId = server.addChannel({ topic: "/bench", encoding: "bench" });
if (workers === 0) await server.start();
report(server.addr!.port);

const file = Deno.openSync(Deno.args[3]!);
const bytes = new Uint8Array(8);
const view = new DataView(bytes.buffer);
const window = Math.max(8, Math.min(MAX_MESSAGES, MAX_BYTES / payloadBytes, MAX_ALL_MESSAGES / clients));
let published = 0;

// A timer, because a producer that polls all the time would take a core from the workers.
setInterval(() => {
  file.seekSync(0, Deno.SeekMode.Start);
  file.readSync(bytes);
  const received = Number(view.getBigUint64(0, true)) - 1;
  if (received < 0) return;
  for (; published < received + window; published++) server.sendMessage(channelId, BigInt(published), payload);
}, 1);
