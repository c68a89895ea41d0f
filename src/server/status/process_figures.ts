// readProcess(): the figures of the process, as far as the runtime knows them.

/** Figures of the process. Each is `undefined` if the runtime does not know it. */
export interface ProcessFigures {
  readonly residentBytes: number | undefined;
  readonly heapBytes: number | undefined;
  /** Time of all processors, of the user and of the system. */
  readonly cpuSeconds: number | undefined;
  /** Seconds since 1970. */
  readonly startTimeSeconds: number | undefined;
}

/** The part of `process` that is used. Node, Deno and Bun have it. */
interface Process {
  readonly versions?: Readonly<Record<string, string | undefined>>;
  memoryUsage?(): { rss: number; heapUsed: number };
  cpuUsage?(): { user: number; system: number };
}

/** Returns the current figures. */
export function readProcess(): ProcessFigures {
  const memory = attempt(() => ownProcess()?.memoryUsage?.());
  const cpu = attempt(() => ownProcess()?.cpuUsage?.());
  return {
    residentBytes: memory?.rss,
    heapBytes: memory?.heapUsed,
    cpuSeconds: cpu && (cpu.user + cpu.system) / 1e6,
    startTimeSeconds: performance.timeOrigin / 1000,
  };
}

/** Returns the runtime and its version, such as `"Deno 2.9.6"`. */
export function runtimeName(): string {
  const { deno, bun, node } = ownProcess()?.versions ?? {};
  if (deno !== undefined) return `Deno ${deno}`;
  if (bun !== undefined) return `Bun ${bun}`;
  return node === undefined ? "unknown" : `Node ${node}`;
}

function ownProcess(): Process | undefined {
  return (globalThis as { process?: Process }).process;
}

/** Returns a figure, or `undefined` if the program may not know it. */
function attempt<Figure>(read: () => Figure): Figure | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
