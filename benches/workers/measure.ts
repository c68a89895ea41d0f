// Measures a server with workers, or in one process, with a load client in C.

import { machineCpuSeconds, processCpuSeconds, threadCpuSeconds } from "../load/process_figures.ts";
import type { ServerKind } from "../e2e/server_kinds.ts";
import { ServerProcess } from "../e2e/server_process.ts";

/** The number of clients and the message size. */
export interface WorkersLoad {
  clients: number;
  payloadBytes: number;
}

/** One measurement. */
export interface WorkersReport {
  messages: number;
  seconds: number;
  /** CPU time of the load client. */
  clientCpuSeconds: number;
  /** CPU time of the server, all threads. Includes the warm-up. Absent without /proc. */
  serverCpuSeconds: number | undefined;
  /** CPU time of the server's busiest thread, which limits the rate if there are enough cores. Includes the warm-up. */
  busiestThreadSeconds: number | undefined;
  /** How many messages the server sent, warm-up included, if the rate was the same. */
  allMessages: number;
  /** CPU load of other programs during all of that, in cores. */
  othersBusy: number | undefined;
}

/** A server with this many workers; 0: in one process. */
export function workersKind(workers: number): ServerKind {
  const before = ["run", "--no-prompt", "--allow-net=127.0.0.1", "--allow-read", `${import.meta.dirname}/server.ts`];
  return {
    name: workers === 0 ? "one process" : `${workers} workers`,
    title: workers === 0 ? '`FoxgloveServer` with `transport: "direct"`' : `\`serveWorkers({ workers: ${workers} })\``,
    program: Deno.execPath(),
    args: [[...before, `${workers}`], []],
    env: {},
    readsProgress: true,
    absent: undefined,
  };
}

/** Compiles the load client. Returns its path. */
export async function compileClient(folder: string): Promise<string> {
  const path = `${folder}/drain`;
  const { success, stderr } = await new Deno.Command("cc", {
    args: ["-O2", "-o", path, `${import.meta.dirname}/drain.c`],
  }).output().catch(() => ({
    success: false,
    stderr: new TextEncoder().encode("the compiler cc is missing; install gcc"),
  }));
  if (!success) throw new Error(`Cannot compile the load client: ${new TextDecoder().decode(stderr)}`);
  return path;
}

/** Measures once. */
export async function measureWorkers(
  kind: ServerKind,
  client: string,
  { clients, payloadBytes }: WorkersLoad,
  { warmUpMs, measureMs }: { warmUpMs: number; measureMs: number },
): Promise<WorkersReport> {
  const progress = await Deno.makeTempFile();
  await Deno.writeFile(progress, new Uint8Array(8));
  try {
    const [before, after] = [[...kind.args[0], `${clients}`, `${payloadBytes}`, progress], []] as const;
    await using server = await ServerProcess.start({ ...kind, args: [before, after] }, {});
    const threads = threadCpuSeconds(server.pid);
    const start = { time: performance.now(), machine: machineCpuSeconds(), server: processCpuSeconds(server.pid) ?? 0 };
    const frameBytes = wireBytes(13 + payloadBytes);
    const { success, stdout, stderr } = await new Deno.Command(client, {
      args: [server.port, clients, frameBytes, warmUpMs, measureMs, progress].map(String),
      signal: AbortSignal.timeout(warmUpMs + measureMs + 30_000),
    }).output();
    if (!success) throw new Error(`The load client failed: ${new TextDecoder().decode(stderr).trim()}`);
    const report = JSON.parse(new TextDecoder().decode(stdout));
    const busiest = Array.from(threadCpuSeconds(server.pid), ([name, cpu]) => cpu - (threads.get(name) ?? 0));
    const serverCpu = processCpuSeconds(server.pid);
    const machineCpu = machineCpuSeconds();
    const seconds = (performance.now() - start.time) / 1000;
    const own = report.clientCpuSeconds * (warmUpMs + measureMs) / measureMs + (serverCpu ?? 0) - start.server;
    return {
      ...report,
      busiestThreadSeconds: busiest.length === 0 ? undefined : Math.max(...busiest),
      allMessages: report.messages * (warmUpMs + measureMs) / measureMs,
      serverCpuSeconds: serverCpu === undefined ? undefined : serverCpu - start.server,
      othersBusy: machineCpu === undefined ? undefined : Math.max(0, machineCpu - start.machine! - own) / seconds,
    };
  } finally {
    await Deno.remove(progress);
  }
}

/** The bytes of an unmasked frame. */
function wireBytes(payload: number): number {
  return payload + (payload < 126 ? 2 : payload < 65_536 ? 4 : 10);
}
