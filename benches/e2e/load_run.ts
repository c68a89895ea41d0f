// Runs the load client against a server, each in a process of its own.

import type { LoadPlan, LoadReport, StormPlan, StormReport } from "../load/load_plan.ts";
import type { ServerPlan } from "../servers/server_plan.ts";
import type { ServerKind } from "./server_kinds.ts";
import { ServerProcess } from "./server_process.ts";

/** How long a load client may take beyond the time that its plan gives it. */
const EXTRA_MS = 20_000;
/** With more of it, in cores, a measurement is made again. */
const MAX_OTHERS_BUSY = 0.25;
const MAX_ATTEMPTS = 5;
/** Before that, other programs get so long to finish. */
const PATIENCE_MS = 2000;

/** A measurement of a server: what it publishes, and to whom. */
export type Load =
  & Pick<ServerPlan, "payloadBytes" | "rateHz">
  & Pick<LoadPlan, "clients" | "warmUpMs" | "measureMs">
  & Partial<Pick<LoadPlan, "stuckClients" | "stamp">>;

/**
 * Measures once; again, for a few times, while other programs disturb it. The least disturbed one counts.
 *
 * @throws {Error} When the server or the load client fails.
 */
export async function measureLoad(kind: ServerKind, load: Load): Promise<LoadReport> {
  let best = await measureLoadOnce(kind, load);
  for (let attempt = 1; attempt < MAX_ATTEMPTS && (best.othersBusy ?? 0) > MAX_OTHERS_BUSY; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
    const next = await measureLoadOnce(kind, load);
    if (next.othersBusy! < best.othersBusy!) best = next;
  }
  return best;
}

/** Has many clients connect at once. */
export async function measureStorm(kind: ServerKind, clients: number): Promise<StormReport> {
  // Messages are few, and only show that every client is served.
  await using server = await ServerProcess.start(kind, { payloadBytes: 64, rateHz: 2 });
  return await runLoadClient({ do: "storm", port: server.port, serverPid: server.pid, clients }, EXTRA_MS);
}

/**
 * Measures once, even if other programs disturb it.
 *
 * @throws {Error} When the server or the load client fails.
 */
export async function measureLoadOnce(kind: ServerKind, load: Load): Promise<LoadReport> {
  const { payloadBytes, rateHz, clients, stuckClients = 0, warmUpMs, measureMs } = load;
  const { stamp = rateHz > 0 ? "epochNs" : "sequence" } = load;
  const progressFile = await Deno.makeTempFile();
  try {
    await Deno.writeFile(progressFile, new Uint8Array(8));
    await using server = await ServerProcess.start(kind, { payloadBytes, rateHz, progressFile });
    return await runLoadClient({
      do: "load",
      port: server.port,
      serverPid: server.pid,
      clients,
      stuckClients,
      payloadBytes,
      stamp,
      warmUpMs,
      measureMs,
      ...(kind.readsProgress && rateHz === 0 && { progressFile }),
    }, warmUpMs + measureMs + EXTRA_MS);
  } finally {
    await Deno.remove(progressFile);
  }
}

function runLoadClient(plan: LoadPlan, limitMs: number): Promise<LoadReport>;
function runLoadClient(plan: StormPlan, limitMs: number): Promise<StormReport>;
async function runLoadClient(plan: LoadPlan | StormPlan, limitMs: number): Promise<LoadReport | StormReport> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${import.meta.dirname}/../load_client.ts`, JSON.stringify(plan)],
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(limitMs),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`The load client failed: ${text.decode(stderr).trim() || "it took too long"}`);
  return JSON.parse(text.decode(stdout));
}
