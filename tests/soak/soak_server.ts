// The server of the soak, in its own process. Its argument is the transport. It replaces a channel and prints a line of
// figures each second. It exits when stdin ends.

import { type ChannelId, FoxgloveServer, runCancellable, timeNs } from "../../mod.ts";
import { transportNamed } from "../support/transports.ts";
import { writePayload } from "./payload.ts";
import type { ServerSample } from "./soak_figures.ts";

/** Exists because of the flag `--expose-gc`. */
declare function gc(): void;

const CHANNELS = 200;
/** Groups of channels with the same message size and rate. */
const KINDS = [
  { channels: 120, bytes: 64, rateHz: 10 },
  { channels: 60, bytes: 1024, rateHz: 10 },
  { channels: 15, bytes: 16 * 1024, rateHz: 5 },
  { channels: 5, bytes: 256 * 1024, rateHz: 1 },
];
const TICK_MS = 10;
const STUCK_AFTER_MS = 10_000;

interface Source {
  topic: string;
  channelId: ChannelId;
  payload: Uint8Array;
  intervalMs: number;
  dueAt: number;
  sequence: number;
}

const server = new FoxgloveServer({
  name: "soak",
  port: 0,
  transport: transportNamed(Deno.args[0]),
  stuckAfterMs: STUCK_AFTER_MS,
  capabilities: ["services", "parameters"],
  supportedEncodings: ["json"],
  logger: { debug() {}, info() {}, warn() {}, error: (...message) => console.error(...message) },
  listener: {
    onGetParameters: () => [{ name: "soak", value: true }],
    /** Returns the number of messages dropped for the caller. */
    onServiceRequest: (server, _serviceId, _callId, _encoding, _payload, { client }) =>
      String(server.stats().clients.find((stats) => stats.client.id === client.id)?.drops.queue ?? -1),
  },
});

await runCancellable(async (signal) => {
  await using _server = server;
  const { port } = await server.start({ signal });
  server.addService({ name: "/dropped", type: "Dropped" });
  const sources = makeSources();
  const timers = [
    setInterval(() => publish(sources), TICK_MS),
    setInterval(() => replaceOne(sources), 1000),
    setInterval(() => console.log(JSON.stringify(sample())), 1000),
  ];
  console.log(port);
  try {
    // Ends together with the process that has started this one, even if that was killed.
    await Deno.stdin.readable.pipeTo(new WritableStream(), { signal });
  } finally {
    timers.forEach(clearInterval);
  }
});

function makeSources(): Source[] {
  const kinds = KINDS.flatMap(({ channels, ...kind }) => Array.from({ length: channels }, () => kind));
  const now = performance.now();
  return kinds.slice(0, CHANNELS).map(({ bytes, rateHz }, index) => {
    const topic = `/soak/${index}`;
    const intervalMs = 1000 / rateHz;
    return {
      topic,
      channelId: addChannel(topic),
      payload: new Uint8Array(bytes),
      intervalMs,
      dueAt: now + intervalMs * index / CHANNELS,
      sequence: 0,
    };
  });
}

function addChannel(topic: string): ChannelId {
  return server.addChannel({ topic, encoding: "soak" });
}

function publish(sources: readonly Source[]): void {
  const now = performance.now();
  for (const source of sources) {
    if (source.dueAt > now) continue;
    // Counts also without subscribers, so that a later subscriber sees the true number.
    source.sequence += 1;
    source.dueAt = Math.max(source.dueAt + source.intervalMs, now);
    if (!server.hasSubscribers(source.channelId)) continue;
    writePayload(source.payload, source.sequence);
    server.sendMessage(source.channelId, timeNs(), source.payload);
  }
}

/** Removes a channel, and adds it again with another id. */
function replaceOne(sources: readonly Source[]): void {
  const source = sources[Math.floor(Math.random() * sources.length)]!;
  server.removeChannel(source.channelId);
  source.channelId = addChannel(source.topic);
}

function sample(): ServerSample {
  // Collectable memory does not count as growth.
  gc();
  const { clients, messagesSent, drops, disconnections, queuedBytes } = server.stats();
  return {
    rssBytes: Deno.memoryUsage().rss,
    handles: [...Deno.readDirSync("/proc/self/fd")].length,
    clients: clients.length,
    messagesSent,
    messagesDropped: drops.queue,
    stuckClients: disconnections.stuck,
    overflowedClients: disconnections.overflow,
    queuedBytes,
  };
}
