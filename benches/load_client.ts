// The load client: executes a plan, its only argument, as JSON. Prints a report as one line of JSON.
//
// It is the same for every server. It needs all permissions, because Deno requires them for /proc.

import { connectRepeatedly } from "./load/connect_repeatedly.ts";
import { LoadConnection, type LoadConnectionOptions } from "./load/load_connection.ts";
import type { LoadPlan, LoadReport, SchemasPlan, StormPlan, StormReport } from "./load/load_plan.ts";
import { machineCpuSeconds, mainThreadCpuSeconds, processCpuSeconds, residentBytes } from "./load/process_figures.ts";
import { ProgressFile } from "./load/progress_file.ts";
import { quantile } from "../tests/support/quantile.ts";

const READ_BYTES = 256 * 1024;
/**
 * The maximum number of concurrent handshakes. Above a listener's backlog, the kernel drops them and retries after a
 * second.
 */
const MAX_CONNECTING = 200;
/** After a storm, memory settles within this time. */
const QUIET_MS = 500;
/** After a storm, every client must receive a message within this time. */
const SERVED_MS = 10_000;

const plan: LoadPlan | StormPlan | SchemasPlan = JSON.parse(Deno.args[0] ?? "{}");
console.log(JSON.stringify(await execute(plan)));
// The connections stay open, because the program that started the server ends it.
Deno.exit();

function execute(plan: LoadPlan | StormPlan | SchemasPlan): Promise<object> {
  switch (plan.type) {
    case "load":
      return load(plan);
    case "storm":
      return storm(plan);
    case "schemas":
      return connectRepeatedly(plan);
  }
}

async function load(plan: LoadPlan): Promise<LoadReport> {
  const { port, stamp, payloadBytes, clients: healthy, stuckClients, progressFile } = plan;
  using progress = progressFile === undefined ? undefined : new ProgressFile(progressFile);
  const clients = await connect(
    healthy + stuckClients,
    { port, stamp, payloadBytes, readBytes: READ_BYTES, confirmedBy: "message" },
    (client) => progress?.watch(client),
  );
  for (const stuck of clients.splice(healthy)) stuck.pause();
  await delay(plan.warmUpMs);

  const latencies: number[] = [];
  if (stamp === "epochNs") { for (const client of clients) client.latencies = latencies; }
  const before = snapshot();
  await delay(plan.measureMs);
  const after = snapshot();
  const serverRssBytes = residentBytes(plan.serverPid);

  const messages = clients.map((_, index) => after.messages[index]! - before.messages[index]!);
  const seconds = after.seconds - before.seconds;
  latencies.sort((a, b) => a - b);
  return {
    seconds,
    messages: sum(messages),
    payloadBytes: after.payloadBytes - before.payloadBytes,
    fewestMessages: Math.min(...messages),
    missing: after.missing - before.missing,
    ...(latencies.length > 0 &&
      { latencyMs: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), max: latencies.at(-1)! } }),
    ...(after.serverCpu !== undefined && { serverCpuSeconds: after.serverCpu - before.serverCpu! }),
    ...(serverRssBytes !== undefined && { serverRssBytes }),
    ...(after.mainThreadCpu !== undefined &&
      { loadClientBusy: (after.mainThreadCpu - before.mainThreadCpu!) / seconds }),
    ...(after.othersCpu !== undefined && { othersBusy: Math.max(0, after.othersCpu - before.othersCpu!) / seconds }),
  };

  function snapshot() {
    const serverCpu = processCpuSeconds(plan.serverPid);
    const ownCpu = processCpuSeconds(Deno.pid);
    const machineCpu = machineCpuSeconds();
    return {
      seconds: performance.now() / 1000,
      serverCpu,
      mainThreadCpu: mainThreadCpuSeconds(),
      othersCpu: machineCpu && machineCpu - (serverCpu ?? 0) - (ownCpu ?? 0),
      messages: clients.map(({ messages }) => messages),
      payloadBytes: sum(clients.map(({ payloadBytes }) => payloadBytes)),
      missing: sum(clients.map(({ missing }) => missing)),
    };
  }
}

async function storm({ port, clients: count, serverPid }: StormPlan): Promise<StormReport> {
  const rssBefore = residentBytes(serverPid);
  const cpuBefore = mainThreadCpuSeconds();
  const start = performance.now();
  let connectedMs = 0;
  const clients = await connect(count, { port, stamp: "any", readBytes: 4096, confirmedBy: "pong" }, () => {
    connectedMs = performance.now() - start;
  });
  const subscribedMs = performance.now() - start;
  const cpuAfter = mainThreadCpuSeconds();
  const served = () => clients.filter(({ messages }) => messages > 0).length;
  await delay(QUIET_MS);
  const deadline = performance.now() + SERVED_MS;
  while (served() < count && performance.now() < deadline) await delay(50);
  const rssAfter = residentBytes(serverPid);
  return {
    connectedMs,
    subscribedMs,
    served: served(),
    ...(cpuAfter !== undefined && { loadClientBusy: (cpuAfter - cpuBefore!) / subscribedMs * 1000 }),
    ...(rssBefore !== undefined && rssAfter !== undefined && { rssBytesPerClient: (rssAfter - rssBefore) / count }),
  };
}

/** Connects clients that read, and waits until all are subscribed. Calls `onConnected` after each handshake. */
async function connect(
  count: number,
  options: LoadConnectionOptions,
  onConnected: (client: LoadConnection) => void,
): Promise<LoadConnection[]> {
  const clients: LoadConnection[] = [];
  let started = 0;
  const connectNext = async () => {
    while (started < count) {
      started += 1;
      const client = await LoadConnection.connect(options);
      onConnected(client);
      client.read().catch(fail);
      await client.subscribed;
      clients.push(client);
    }
  };
  await Promise.all(Array.from({ length: MAX_CONNECTING }, connectNext));
  return clients;
}

/** A lost connection ends the whole measurement. */
function fail(error: unknown): never {
  console.error(error);
  Deno.exit(1);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
