// Selects the source of the `@std` modules: jsr.io as in deno.json, or npm if jsr.io cannot be reached.
//
// Prints the flag that a task's command needs on stdout, or nothing. This file must not have imports, because it runs
// before any import can be resolved.

const JSR_FILE = "https://jsr.io/@std/assert/meta.json";

/** Maps every `@std` import to the npm build of the same module. The path is relative to the project's root. */
export const NPM_FLAG = "--import-map=tools/npm_std.json";

/** The file in which `deno task cache` stores its source. Relative to the project's root; git ignores it. */
export const SOURCE_FILE = ".cache/std_source";

/** The source of the modules. */
export type StdSource = "jsr" | "npm";

/** Options of {@linkcode reachesJsr}; tests pass their own. */
export interface ReachesJsrOptions {
  /** @default {globalThis.fetch} */
  fetch?: (url: string, init: { signal: AbortSignal }) => Promise<Response>;
  /** Timeout for the whole response, in milliseconds. @default {2000} */
  limitMs?: number;
}

/**
 * Returns whether jsr.io responds with the requested file. Any other response, such as the login page of a proxy,
 * counts as not reachable.
 */
export async function reachesJsr(options: ReachesJsrOptions = {}): Promise<boolean> {
  const { fetch = globalThis.fetch, limitMs = 2000 } = options;
  try {
    const response = await fetch(JSR_FILE, { signal: AbortSignal.timeout(limitMs) });
    const meta: { scope?: unknown } = await response.json();
    return meta.scope === "std";
  } catch {
    return false;
  }
}

/** Returns `"jsr"` if jsr.io can be reached, otherwise `"npm"`. */
export async function findSource(options?: ReachesJsrOptions): Promise<StdSource> {
  return await reachesJsr(options) ? "jsr" : "npm";
}

/** Returns the source that `file` names. Only this source is in the cache and works offline. */
export function cachedSource(file: string): StdSource | undefined {
  try {
    const source = Deno.readTextFileSync(file).trim();
    return source === "jsr" || source === "npm" ? source : undefined;
  } catch {
    // `deno task cache` has not run, or this process may not read the file.
    return undefined;
  }
}

/** Returns the flags that a command needs for this source. */
export function flagsFor(source: StdSource): string[] {
  return source === "npm" ? [NPM_FLAG] : [];
}

if (import.meta.main) {
  const cached = cachedSource(SOURCE_FILE);
  const source = cached ?? await findSource();
  // Every task runs this, so it says only what is unusual, and nothing after `deno task cache`.
  if (!cached && source === "npm") console.error("Using std from npm because jsr.io cannot be reached");
  for (const flag of flagsFor(source)) console.log(flag);
}
