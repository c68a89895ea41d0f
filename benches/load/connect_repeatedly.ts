// connectRepeatedly(): measures how long clients take until they know all channels of a server.

import { FoxgloveClient } from "../../src/client/mod.ts";
import { quantile } from "../../tests/support/quantile.ts";
import { FrameWalker } from "./frame_walker.ts";
import { handshake } from "./load_connection.ts";
import type { SchemasPlan, SchemasReport } from "./load_plan.ts";
import { machineCpuSeconds, processCpuSeconds } from "./process_figures.ts";

const READ_BYTES = 256 * 1024;
/** The pause after a client has disconnected, so that the server's work for it does not delay the next one. */
const PAUSE_MS = 3;

/** Connects one client at a time: first clients over bare TCP, then `FoxgloveClient`. */
export async function connectRepeatedly(plan: SchemasPlan): Promise<SchemasReport> {
  const { warmUpMs, measureMs, serverPid } = plan;
  const connects: { ms: number; bytes: number }[] = [];
  await repeat(warmUpMs, () => connectBare(plan));
  const before = snapshot(serverPid);
  await repeat(measureMs, async () => void connects.push(await connectBare(plan)));
  const after = snapshot(serverPid);

  const ownClientMs: number[] = [];
  await repeat(warmUpMs, () => connectOwnClient(plan));
  await repeat(measureMs, async () => void ownClientMs.push(await connectOwnClient(plan)));
  const end = snapshot(serverPid);

  const bytes = new Set(connects.map(({ bytes }) => bytes));
  if (bytes.size !== 1) throw new Error(`Cannot compare connects that received ${[...bytes].join(", ")} bytes`);
  const connectMs = sorted(connects.map(({ ms }) => ms));
  return {
    connects: connects.length,
    bytes: connects[0]!.bytes,
    connectMs: { p50: quantile(connectMs, 0.5), p95: quantile(connectMs, 0.95) },
    ownClientMs: quantile(sorted(ownClientMs), 0.5),
    ...(after.server !== undefined && { serverCpuMs: (after.server - before.server!) / connects.length * 1000 }),
    ...(end.others !== undefined &&
      { othersBusy: Math.max(0, end.others - before.others!) / (end.seconds - before.seconds) }),
  };
}

async function connectBare({ port, subprotocol, channels }: SchemasPlan): Promise<{ ms: number; bytes: number }> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay(true);
  const known = new Set<number>();
  const walker = new FrameWalker({
    data: () => {},
    otherBinary: () => {},
    control: () => {},
    text(text) {
      const message = JSON.parse(text);
      if (message.op === "advertise") { for (const { id } of message.channels) known.add(id); }
    },
  });
  const start = performance.now();
  const rest = await handshake(conn, port, subprotocol);
  walker.push(rest);
  let bytes = rest.length;
  const buffer = new Uint8Array(READ_BYTES);
  while (known.size < channels) {
    const length = await conn.read(buffer);
    if (length === null) throw new Error("Cannot read on: the server has ended the connection");
    walker.push(buffer.subarray(0, length));
    bytes += length;
  }
  return { ms: performance.now() - start, bytes };
}

async function connectOwnClient({ port, subprotocol, channels }: SchemasPlan): Promise<number> {
  const start = performance.now();
  await using client = await FoxgloveClient.connect(`ws://127.0.0.1:${port}`, {
    createWebSocket: (url) => new WebSocket(url, subprotocol),
  });
  // The last channel that the server has added.
  await client.waitForChannel(`/bench/${channels - 1}`);
  const ms = performance.now() - start;
  if (client.channels.size !== channels) throw new Error(`Cannot measure: ${client.channels.size} channels`);
  return ms;
}

/** Calls a function one after another, for a time but at least once. */
async function repeat(forMs: number, connect: () => Promise<unknown>): Promise<void> {
  const end = performance.now() + forMs;
  do {
    await connect();
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  } while (performance.now() < end);
}

function snapshot(serverPid: number) {
  const server = processCpuSeconds(serverPid);
  const machine = machineCpuSeconds();
  const others = machine && machine - (server ?? 0) - (processCpuSeconds(Deno.pid) ?? 0);
  return { seconds: performance.now() / 1000, server, others };
}

function sorted(numbers: readonly number[]): number[] {
  return numbers.toSorted((a, b) => a - b);
}
