// runtimeFault(): why the command line does not run on an old Node.

/** The oldest version of Node with all built-ins that the package uses. */
const OLDEST_NODE = [22, 15] as const;

/** Returns why the commands cannot run, or `undefined`. `versions`: those of `node:process`. */
export function runtimeFault(versions: Readonly<Record<string, string | undefined>>): string | undefined {
  const { node = "", deno, bun } = versions;
  if (deno !== undefined || bun !== undefined || node === "") return undefined;
  const [major = 0, minor = 0] = node.split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || major === oldestMajor && minor >= oldestMinor) return undefined;
  return `this is Node ${node}, but the commands require Node ${OLDEST_NODE.join(".")} or newer, Deno or Bun`;
}
