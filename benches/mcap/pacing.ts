// How exactly McapPlayer keeps the gaps between messages: `deno task bench:mcap-pacing`.

import { FoxgloveClient } from "../../src/client/mod.ts";
import { McapPlayer, McapWriter } from "../../src/mcap/mod.ts";
import { quantile } from "../../tests/support/quantile.ts";

/** How long each run plays. */
const SECONDS = 10;
const START = 1_700_000_000_000_000_000n;
const PAYLOAD_BYTES = 256;

/** Messages per second of one topic. */
const RATES = [30, 100, 1000] as const;

/** When a message was due, and when it came, in ms. */
interface Arrival {
  readonly dueMs: number;
  readonly atMs: number;
}

/** Returns a file with one topic. */
async function makeFile(hz: number): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const writer = await McapWriter.open({ write: (bytes) => void parts.push(bytes.slice()) }, { compression: "zstd" });
  const channelId = writer.addChannel({ topic: "/data", messageEncoding: "x-bytes" });
  for (let index = 0; index < SECONDS * hz; index++) {
    const logTime = START + BigInt(Math.round(index * 1e9 / hz));
    writer.write({ channelId, logTime, data: crypto.getRandomValues(new Uint8Array(PAYLOAD_BYTES)) });
  }
  await writer.close();
  return new Blob(parts);
}

/** Plays a file once. Returns when messages were sent, and when a client on the same machine received them. */
async function play(file: Blob): Promise<{ sent: Arrival[]; received: Arrival[] }> {
  const ended = Promise.withResolvers<void>();
  const server = { name: "pacing", port: 0, logger: false } as const;
  await using player = await McapPlayer.open(file, {
    server,
    onStateChange: ({ status }) => status === "ended" && ended.resolve(),
  });
  const sent: Arrival[] = [];
  const received: Arrival[] = [];
  const arrival = (timestamp: bigint): Arrival => ({
    dueMs: Number(timestamp - START) / 1e6,
    atMs: performance.now(),
  });
  player.server.addSink({
    channelAdded: () => {},
    channelRemoved: () => {},
    message: (_channelId, timestamp) => void sent.push(arrival(timestamp)),
  });
  await player.server.start();
  await using client = await FoxgloveClient.connect(player.server.url ?? "");
  const subscription = client.subscribe("/data");
  await client.waitForChannel("/data");
  player.play();
  const reading = (async () => {
    for await (const { timestamp } of subscription) {
      received.push(arrival(timestamp));
      if (received.length === sent.length && player.state.status === "ended") break;
    }
  })();
  await ended.promise;
  await Promise.race([reading, new Promise((resolve) => setTimeout(resolve, 500))]);
  return { sent, received };
}

/** Returns when a bare timer of the platform fires, as the measure of how exact the machine is at the moment. */
async function bareTimer(hz: number): Promise<Arrival[]> {
  const arrivals: Arrival[] = [];
  const began = performance.now();
  for (let index = 0; index < SECONDS * hz; index++) {
    const dueMs = index * 1000 / hz;
    const waitMs = began + dueMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    arrivals.push({ dueMs, atMs: performance.now() });
  }
  return arrivals;
}

/** Returns the errors of the gaps between messages, in ms, sorted. */
function gapErrors(arrivals: readonly Arrival[]): number[] {
  return arrivals.slice(1).map(({ dueMs, atMs }, index) => {
    const before = arrivals[index]!;
    return Math.abs((atMs - before.atMs) - (dueMs - before.dueMs));
  }).sort((one, other) => one - other);
}

console.log("Errors of the gaps between messages at rate 1, in ms");
console.log("  Hz  where      messages    p50    p99    max");
for (const hz of RATES) {
  const { sent, received } = await play(await makeFile(hz));
  if (sent.length !== hz * SECONDS) throw new Error(`${sent.length} messages were sent, not ${hz * SECONDS}`);
  const timer = await bareTimer(hz);
  for (const [where, arrivals] of [["timer", timer], ["sent", sent], ["received", received]] as const) {
    const errors = gapErrors(arrivals);
    const cells = [quantile(errors, 0.5), quantile(errors, 0.99), Math.max(...errors)].map((ms) =>
      ms.toFixed(2).padStart(6)
    );
    console.log(
      `${String(hz).padStart(4)}  ${where.padEnd(9)} ${String(arrivals.length).padStart(9)} ${cells.join(" ")}`,
    );
  }
}
