// oldRuntime(): whether this version of Node is too old for the server and the command line.

/** The oldest version of Node: major and minor. */
const MIN_NODE = [22, 15] as const;

/** The versions in `process.versions`. */
export interface RuntimeVersions {
  readonly node?: string;
  readonly bun?: string;
  readonly deno?: string;
}

/**
 * Returns why this runtime is too old, such as `it needs Node 22.15 or newer, and this is Node 20.20.2`, or
 * `undefined`. Old versions lack functions that are used everywhere, so that errors would not name the reason.
 */
export function oldRuntime(versions: RuntimeVersions | undefined = ownVersions()): string | undefined {
  if (versions?.node === undefined || versions.bun !== undefined || versions.deno !== undefined) return undefined;
  const [major = 0, minor = 0] = versions.node.split(".").map(Number);
  const [minMajor, minMinor] = MIN_NODE;
  if (major > minMajor || (major === minMajor && minor >= minMinor)) return undefined;
  return `it needs Node ${MIN_NODE.join(".")} or newer, and this is Node ${versions.node}`;
}

function ownVersions(): RuntimeVersions | undefined {
  return (globalThis as { process?: { versions?: RuntimeVersions } }).process?.versions;
}
