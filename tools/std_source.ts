// Says where the `@std` modules come from: jsr.io, as deno.json has it, or npm where jsr.io cannot be reached.
//
// Stdout gets the flag that a task's command needs, or nothing; stderr says which it was. Imports nothing, for it has
// to run before any import can be resolved.

const JSR_FILE = "https://jsr.io/@std/assert/meta.json";

/** Takes every `@std` import from the npm build of the same modules; relative to the project's root. */
export const NPM_FLAG = "--import-map=tools/npm_std.json";

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

if (import.meta.main) {
  if (await reachesJsr()) {
    console.error("std: from jsr.io");
  } else {
    console.error("std: from npm, for jsr.io cannot be reached");
    console.log(NPM_FLAG);
  }
}
