// Runs the load client against a server, each in its own process.

import type { LoadPlan, LoadReport, SchemasPlan, SchemasReport, StormPlan, StormReport } from "../load/load_plan.ts";
import type { SchemasServerPlan, ServerPlan } from "../servers/server_plan.ts";
import { SCHEMAS, type ServerKind } from "./server_kinds.ts";
import { ServerProcess } from "./server_process.ts";

/** A load client may take this much longer than its plan. */
const EXTRA_MS = 20_000;
/** If other programs use more CPU than this, in cores, the measurement is repeated. */
const MAX_OTHERS_BUSY = 0.25;
const MAX_ATTEMPTS = 5;
/** Waits this long for other programs before it repeats a measurement. */
const PATIENCE_MS = 2000;

/** A load: the messages of the server, and its clients. */
export type Load =
  & Pick<ServerPlan, "payloadBytes" | "rateHz">
  & Pick<LoadPlan, "clients" | "warmUpMs" | "measureMs">
  & Partial<Pick<ServerPlan, "perTurn" | "stampsTime"> & Pick<LoadPlan, "stuckClients" | "stamp">>;

/**
 * Measures once. Repeats the measurement a few times if other programs disturb it, and returns the least disturbed one.
 *
 * @throws {Error} If the server or the load client fails.
 */
export function measureLoad(kind: ServerKind, load: Load): Promise<LoadReport> {
  return leastDisturbed(() => measureLoadOnce(kind, load));
}

/** Connects many clients at once. */
export async function measureStorm(kind: ServerKind, clients: number): Promise<StormReport> {
  // A few messages show that every client is served.
  await using server = await ServerProcess.start(kind, { payloadBytes: 64, rateHz: 2 });
  return await runLoadClient({ type: "storm", port: server.port, serverPid: server.pid, clients }, EXTRA_MS);
}

/** The channels of a server, and how long clients connect to it. */
export type SchemasLoad = SchemasServerPlan & Pick<SchemasPlan, "warmUpMs" | "measureMs">;

/** Connects again and again to a server with many channels, with one subprotocol. Repeats a disturbed measurement. */
export function measureSchemas(load: SchemasLoad, subprotocol: string): Promise<SchemasReport> {
  return leastDisturbed(() => measureSchemasOnce(load, subprotocol));
}

/** Measures once, even if other programs disturb it. */
export async function measureSchemasOnce(load: SchemasLoad, subprotocol: string): Promise<SchemasReport> {
  const { channels, schemas, schemaBytes, warmUpMs, measureMs } = load;
  await using server = await ServerProcess.start(SCHEMAS, { channels, schemas, schemaBytes });
  const { port, pid: serverPid } = server;
  return await runLoadClient(
    { type: "schemas", port, serverPid, subprotocol, channels, warmUpMs, measureMs },
    2 * (warmUpMs + measureMs) + EXTRA_MS,
  );
}

/**
 * Measures once, even if other programs disturb it.
 *
 * @throws {Error} If the server or the load client fails.
 */
export async function measureLoadOnce(kind: ServerKind, load: Load): Promise<LoadReport> {
  const { payloadBytes, rateHz, perTurn, stampsTime = false, clients, stuckClients = 0, warmUpMs, measureMs } = load;
  const { stamp = rateHz > 0 || stampsTime ? "epochNs" : "sequence" } = load;
  const progressFile = await Deno.makeTempFile();
  try {
    await Deno.writeFile(progressFile, new Uint8Array(8));
    const plan: ServerPlan = {
      payloadBytes,
      rateHz,
      progressFile,
      stampsTime,
      ...(perTurn !== undefined && { perTurn }),
    };
    await using server = await ServerProcess.start(kind, plan);
    return await runLoadClient({
      type: "load",
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

async function leastDisturbed<Report extends { othersBusy?: number }>(measure: () => Promise<Report>): Promise<Report> {
  let best = await measure();
  for (let attempt = 1; attempt < MAX_ATTEMPTS && (best.othersBusy ?? 0) > MAX_OTHERS_BUSY; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
    const next = await measure();
    if (next.othersBusy! < best.othersBusy!) best = next;
  }
  return best;
}

/** Runs the load client against a server that runs already. */
export function runLoad(plan: LoadPlan): Promise<LoadReport> {
  return runLoadClient(plan, plan.warmUpMs + plan.measureMs + EXTRA_MS);
}

function runLoadClient(plan: LoadPlan, limitMs: number): Promise<LoadReport>;
function runLoadClient(plan: StormPlan, limitMs: number): Promise<StormReport>;
function runLoadClient(plan: SchemasPlan, limitMs: number): Promise<SchemasReport>;
async function runLoadClient(
  plan: LoadPlan | StormPlan | SchemasPlan,
  limitMs: number,
): Promise<LoadReport | StormReport | SchemasReport> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${import.meta.dirname}/../load_client.ts`, JSON.stringify(plan)],
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(limitMs),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`The load client failed: ${text.decode(stderr).trim() || "it timed out"}`);
  return JSON.parse(text.decode(stdout));
}
