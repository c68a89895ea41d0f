// CPU time and memory of a process and of the machine, from Linux's /proc.

/** `USER_HZ`, the unit of the times in /proc: 100 on every Linux that Deno runs on. */
const TICKS_PER_SECOND = 100;
/** The fields `utime` and `stime` of /proc/<pid>/stat, counted from the state that follows the name. */
const UTIME = 11;
const STIME = 12;

/** CPU seconds of a process so far, all threads. `undefined` without /proc. */
export function processCpuSeconds(pid: number): number | undefined {
  return cpuSeconds(`/proc/${pid}/stat`);
}

/** CPU seconds of this process's main thread, which runs the program. */
export function mainThreadCpuSeconds(): number | undefined {
  return cpuSeconds(`/proc/self/task/${Deno.pid}/stat`);
}

/** CPU seconds of each thread of a process so far, by its number. Empty without /proc. */
export function threadCpuSeconds(pid: number): Map<string, number> {
  try {
    const threads = Array.from(Deno.readDirSync(`/proc/${pid}/task`), ({ name }) => name);
    return new Map(threads.map((name) => [name, cpuSeconds(`/proc/${pid}/task/${name}/stat`) ?? 0]));
  } catch {
    return new Map();
  }
}

/** CPU seconds of all programs on this machine so far, including time stolen by other virtual machines. */
export function machineCpuSeconds(): number | undefined {
  const ticks = read("/proc/stat")?.split("\n")[0]?.split(/ +/).slice(1).map(Number);
  if (!ticks) return undefined;
  const [user = 0, nice = 0, system = 0, _idle, _ioWait, irq = 0, softIrq = 0, steal = 0] = ticks;
  return (user + nice + system + irq + softIrq + steal) / TICKS_PER_SECOND;
}

/** Resident memory of a process. */
export function residentBytes(pid: number): number | undefined {
  return statusBytes(pid, "VmRSS");
}

/** The peak resident memory of a process since its start or the last reset. */
export function peakResidentBytes(pid: number): number | undefined {
  return statusBytes(pid, "VmHWM");
}

/** Resets the peak. Returns whether the kernel can. */
export function resetPeakResidentBytes(pid: number): boolean {
  try {
    Deno.writeTextFileSync(`/proc/${pid}/clear_refs`, "5", { create: false });
    return true;
  } catch {
    return false;
  }
}

/** The number of open files and sockets of a process. */
export function descriptorCount(pid: number): number | undefined {
  try {
    return Array.from(Deno.readDirSync(`/proc/${pid}/fd`)).length;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function statusBytes(pid: number, field: "VmRSS" | "VmHWM"): number | undefined {
  const kibibytes = read(`/proc/${pid}/status`)?.match(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m"))?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

function cpuSeconds(file: string): number | undefined {
  // The name is in parentheses, and may contain spaces and parentheses.
  const fields = read(file)?.split(") ").at(-1)?.split(" ");
  return fields && (Number(fields[UTIME]) + Number(fields[STIME])) / TICKS_PER_SECOND;
}

function read(file: string): string | undefined {
  try {
    return Deno.readTextFileSync(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
