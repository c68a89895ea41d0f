// measureScenario(): runs one stall scenario once, and measures it from outside.

import type { Transport } from "../../tests/support/transports.ts";
import { ServerProcess } from "../e2e/server_process.ts";
import type { ServerKind } from "../e2e/server_kinds.ts";
import { descriptorCount, machineCpuSeconds, processCpuSeconds } from "../load/process_figures.ts";
import { AttackerProcess } from "./attacker_process.ts";
import type { GapReport } from "./gaps.ts";
import { MemoryWatch } from "./memory_watch.ts";
import { Probe } from "./probe.ts";
import { askServer, type Figure, type ServerArgs, type StallScenario } from "./stall_scenario.ts";

/** The duration of each part of a measurement, except the attack. */
export interface Phases {
  /** The probe settles before anything is measured. */
  warmUpMs: number;
  /** The probe's gaps are measured without an attack. */
  quietMs: number;
  /** The measurement continues after the attack, because a stall may outlast it. */
  settleMs: number;
  /** The server closes the descriptors of clients that have left within this time. */
  leaveMs: number;
}

/** For reliable figures. */
export const FULL_PHASES: Phases = { warmUpMs: 300, quietMs: 700, settleMs: 300, leaveMs: 500 };
/** Only shows that a scenario runs. */
export const QUICK_PHASES: Phases = { warmUpMs: 50, quietMs: 50, settleMs: 50, leaveMs: 50 };

/** How to measure all scenarios. */
export interface MeasureOptions {
  phases: Phases;
  /** The transport of the servers. */
  transport: Transport;
}

/** The measurements of one run of a scenario. */
export interface ScenarioReport {
  /** Without an attack. */
  quiet: GapReport;
  /** From the start of the attack until shortly after it. */
  stalled: GapReport;
  /** Whether the probe was still connected after the attack. */
  probeIsConnected: boolean;
  attackMs: number;
  idleRssBytes: number | undefined;
  /** Beyond `idleRssBytes`. */
  peakRssBytes: number | undefined;
  /** More than before the attack, after the attacker has gone. */
  descriptorsLeft: number | undefined;
  /** Clients that the server disconnected because they sent too much or read too slowly. */
  evictedClients: number;
  /** What the server's process printed on stderr during the attack. */
  stderrBytes: number;
  /**
   * CPU time of the server's process during the attack, all threads. On a busy machine, it is more reliable than the
   * stall.
   */
  serverCpuSeconds: number | undefined;
  /** CPU of other programs during the attack, in cores. */
  othersBusy: number | undefined;
  /** The scenario's own figures. */
  figures: Figure[];
}

/** The measurements at the end of the attack. */
type AttackReport = Omit<ScenarioReport, "descriptorsLeft" | "evictedClients">;

/**
 * Runs a scenario with a new server, a probe that connects before the attack, and an attacker.
 *
 * @throws {Error} If the attack had no effect.
 */
export async function measureScenario(
  { name, title }: StallScenario,
  { phases, transport }: MeasureOptions,
): Promise<ScenarioReport> {
  const folder = await Deno.makeTempDir({ prefix: "foxglove-ws-stalls-" });
  try {
    const args: ServerArgs = { scenario: name, folder, transport };
    await using server = await ServerProcess.start(serverKind(title), args);
    using probe = await Probe.connect(server.port);
    return await measure(name, server, probe, phases);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function measure(name: string, server: ServerProcess, probe: Probe, phases: Phases): Promise<ScenarioReport> {
  // Deno opens two permanent descriptors when the first client leaves.
  (await Probe.connect(server.port))[Symbol.dispose]();
  await delay(phases.leaveMs);
  const descriptors = descriptorCount(server.pid);
  const report = await attack(name, server, probe, phases);
  await delay(phases.leaveMs);
  const left = descriptorCount(server.pid);
  return {
    ...report,
    descriptorsLeft: left === undefined || descriptors === undefined ? undefined : left - descriptors,
    evictedClients: (await askServer(server.port)).evicted,
  };
}

async function attack(name: string, server: ServerProcess, probe: Probe, phases: Phases): Promise<AttackReport> {
  await using attacker = await AttackerProcess.start({ scenario: name, port: server.port });
  await delay(phases.warmUpMs);
  probe.begin();
  await delay(phases.quietMs);
  const quiet = probe.end();

  using memory = new MemoryWatch(server.pid);
  const { stderrBytes } = server;
  const cpu = () => ({
    server: processCpuSeconds(server.pid),
    others: cpuOfOthers([server.pid, attacker.pid, Deno.pid]),
  });
  const cpuBefore = cpu();
  const start = performance.now();
  probe.begin();
  const figures = await attacker.attack();
  const attackMs = performance.now() - start;
  const cpuAfter = cpu();
  await delay(phases.settleMs);
  const stalled = probe.end();
  const { idleBytes, peakBytes } = memory;
  return {
    quiet,
    stalled,
    probeIsConnected: probe.isConnected,
    attackMs,
    idleRssBytes: idleBytes,
    peakRssBytes: idleBytes === undefined ? undefined : peakBytes - idleBytes,
    stderrBytes: server.stderrBytes - stderrBytes,
    serverCpuSeconds: difference(cpuAfter.server, cpuBefore.server),
    othersBusy: difference(cpuAfter.others, cpuBefore.others, attackMs / 1000),
    figures,
  };
}

/** `after - before`, by `unit`, in hundredths: the kernel counts CPU time in steps of 10 ms. */
function difference(after: number | undefined, before: number | undefined, unit = 1): number | undefined {
  if (after === undefined || before === undefined) return undefined;
  // The kernel does not read all its counters at the same time.
  return Math.max(0, Math.round((after - before) / unit * 100) / 100);
}

/** CPU seconds of all programs except these, so far. */
function cpuOfOthers(pids: readonly number[]): number | undefined {
  const machine = machineCpuSeconds();
  return machine && pids.reduce((rest, pid) => rest - (processCpuSeconds(pid) ?? 0), machine);
}

function serverKind(title: string): ServerKind {
  const flags = ["run", "--no-prompt", "--allow-net=127.0.0.1", "--allow-read", "--allow-write"];
  return {
    name: "stalls",
    title,
    program: Deno.execPath(),
    args: [[...flags, `${import.meta.dirname}/server.ts`], []],
    env: {},
    readsProgress: false,
    absent: undefined,
  };
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
