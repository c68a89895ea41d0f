// Says where the `@std` modules come from: jsr.io, as deno.json has it, or npm where jsr.io cannot be reached.
//
// Stdout gets the flag that a task's command needs, or nothing; stderr says which it was. Imports nothing, for it has
// to run before any import can be resolved.

const JSR_FILE = "https://jsr.io/@std/assert/meta.json";

/** Takes every `@std` import from the npm build of the same modules; relative to the project's root. */
export const NPM_FLAG = "--import-map=tools/npm_std.json";

/** Where `deno task cache` writes down which source it has fetched; relative to the project's root, and ignored by git. */
export const SOURCE_FILE = ".cache/std_source";

/** Where the modules come from. */
export type StdSource = "jsr" | "npm";

/** What {@linkcode reachesJsr} asks with; tests pass their own. */
export interface ReachesJsrOptions {
  /** @default {globalThis.fetch} */
  fetch?: (url: string, init: { signal: AbortSignal }) => Promise<Response>;
  /** How long the whole answer may take. @default {2000} */
  limitMs?: number;
}

/**
 * Whether jsr.io answers, and answers what was asked: the login page of a hotel or a factory's proxy does not count.
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

/** Asks jsr.io. */
export async function findSource(options?: ReachesJsrOptions): Promise<StdSource> {
  return await reachesJsr(options) ? "jsr" : "npm";
}

/** The source that `file` names. Another one is not in the cache, and could not be used without a network. */
export function cachedSource(file: string): StdSource | undefined {
  try {
    const source = Deno.readTextFileSync(file).trim();
    return source === "jsr" || source === "npm" ? source : undefined;
  } catch {
    // Nothing was fetched yet, or this may not be read.
    return undefined;
  }
}

/** The flags that a command needs for this source. */
export function flagsFor(source: StdSource): string[] {
  return source === "npm" ? [NPM_FLAG] : [];
}

if (import.meta.main) {
  const cached = cachedSource(SOURCE_FILE);
  const source = cached ?? await findSource();
  const reason = cached ? ", as cached" : source === "npm" ? ", for jsr.io cannot be reached" : "";
  console.error(`std: from ${source === "jsr" ? "jsr.io" : "npm"}${reason}`);
  for (const flag of flagsFor(source)) console.log(flag);
}
