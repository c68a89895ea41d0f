// isSameFile(): whether two paths name the same file. pathOrUrl(): paths that are `file:` URLs.

import { PLATFORM } from "../../platform.ts";

/** Returns a `file:` URL as a URL, and any other path unchanged. */
export function pathOrUrl(path: string | URL): string | URL {
  return typeof path === "string" && /^file:\/\//i.test(path) ? new URL(path) : path;
}

/**
 * Whether both values are paths or `file:` URLs of the same file, also by links. Without the permission to resolve
 * links, they are compared as texts.
 */
export async function isSameFile(source: unknown, target: unknown): Promise<boolean> {
  if (!isPath(source) || !isPath(target)) return false;
  const [one, other] = await Promise.all([resolved(source), resolved(target)]);
  return one === other;
}

function isPath(value: unknown): value is string | URL {
  return typeof value === "string" || value instanceof URL;
}

async function resolved(path: string | URL): Promise<string> {
  try {
    return await PLATFORM.files.realPath(pathOrUrl(path));
  } catch {
    return String(path);
  }
}
