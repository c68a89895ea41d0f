// Shows the load of this machine, twice a second: each core, the memory, and a log line when a core is above 90 %.
// Needs --allow-net and --allow-sys=cpus,systemMemoryInfo. On Linux, --allow-all adds the network's traffic: Deno
// lets only programs with all permissions read /proc.

import { delay } from "@std/async/delay";
import { type CpuInfo, cpus } from "node:os";
import { FoxgloveServer, runCancellable } from "../mod.ts";
import { Log, LogLevel } from "../src/schemas/mod.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";

const BUSY_PERCENT = 90;

/** How busy each core was between two readings, in %. */
export function busyPercents(before: readonly Pick<CpuInfo, "times">[], after: typeof before): number[] {
  return after.map(({ times }, core) => {
    const earlier = before[core]?.times ?? times;
    const total = sum(Object.values(times)) - sum(Object.values(earlier));
    // Linux sometimes corrects the idle time by a little, also downwards.
    return total > 0 ? Math.min(100, 100 * (1 - (times.idle - earlier.idle) / total)) : 0;
  });
}

/** The bytes that all networks except this machine's own have carried, from the text of /proc/net/dev. */
export function networkBytes(text: string): { received: number; sent: number } {
  const rows = text.split("\n").flatMap((line) => /^\s*(?!lo:)\S+:(.*)$/.exec(line)?.[1] ?? []);
  const counts = rows.map((row) => row.trim().split(/\s+/).map(Number));
  return { received: sum(counts.map((count) => count[0] ?? 0)), sent: sum(counts.map((count) => count[8] ?? 0)) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => one + other, 0);
}

if (import.meta.main) {
  const options = listenOptions("Shows the load of this machine: cores, memory and network.");
  for (const kind of ["cpus", "systemMemoryInfo"] as const) {
    if ((await Deno.permissions.query({ name: "sys", kind })).state === "granted") continue;
    console.error("Cannot read the load of this machine: run with --allow-sys=cpus,systemMemoryInfo");
    Deno.exit(1);
  }
  const read = await Deno.permissions.query({ name: "read", path: "/proc/net/dev" });
  const readNetwork = async () => {
    if (read.state !== "granted") return undefined;
    // Other systems do not have the file, and --allow-read is not enough for it.
    return await Deno.readTextFile("/proc/net/dev").then(networkBytes, () => undefined);
  };
  await runCancellable(async (signal) => {
    await using server = new FoxgloveServer({ ...options, name: "example system monitor" });
    const log = server.channel("/log", Log, { latch: { depth: 100 } });
    await startAndAnnounce(server, signal);
    let before = { time: performance.now(), cpus: cpus(), network: await readNetwork() };
    let wasBusy: boolean[] = [];
    while (true) {
      await delay(500, { signal });
      const now = { time: performance.now(), cpus: cpus(), network: await readNetwork() };
      const cores = busyPercents(before.cpus, now.cpus);
      server.publish("/cpu", { mean: sum(cores) / cores.length, cores });
      const { total, available } = Deno.systemMemoryInfo();
      const used = total - available;
      server.publish("/memory", { percent: 100 * used / total, used, total });
      if (before.network && now.network) {
        const seconds = (now.time - before.time) / 1000;
        const receivedBytesPerSecond = (now.network.received - before.network.received) / seconds;
        const sentBytesPerSecond = (now.network.sent - before.network.sent) / seconds;
        server.publish("/network", { receivedBytesPerSecond, sentBytesPerSecond });
      }
      for (const [core, percent] of cores.entries()) {
        if (percent <= BUSY_PERCENT || wasBusy[core]) continue;
        log.send({ level: LogLevel.WARNING, name: "cpu", message: `Core ${core} is at ${percent.toFixed()} %` });
      }
      wasBusy = cores.map((percent) => percent > BUSY_PERCENT);
      before = now;
    }
  });
}
