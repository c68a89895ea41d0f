// assetRoots(): serves the files of some folders as assets, and nothing outside of those folders.

import { canonicalAssetUri } from "../session/asset_uri.ts";
import type { FoxgloveServerListener } from "./listener.ts";
import { readWithin } from "./read_within.ts";
import { RefusalError } from "./refusal_error.ts";

/** A prefix of canonical URIs, and its folder. */
type Root = readonly [prefix: string, folder: string | URL];

/**
 * Returns an `onFetchAsset` hook that serves the files of some folders.
 *
 * The longest prefix that matches a URI selects the folder. The rest of the URI must be the path of a regular file in
 * that folder. Percent-encoding is decoded once, in prefixes too. A `%` without two hex digits stands for itself. Links
 * are followed if they stay inside the folder. Files larger than the server's `maxAssetBytes` are rejected before they
 * are read. A rejected client learns neither where the folder is nor what is outside of it. The reason is logged. The
 * protocol has no media types: apps use the file name instead.
 *
 * Needs `--allow-read` for the folders and, if they are links, for the targets of the links.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { assetRoots, FoxgloveServer } from "@x/foxglove-ws";
 *
 * const server = new FoxgloveServer({
 *   name: "my robot",
 *   capabilities: ["assets"],
 *   listener: { onFetchAsset: assetRoots({ "package://arm/": new URL("./arm_description/", import.meta.url) }) },
 * });
 * // package://arm/meshes/base.stl now serves arm_description/meshes/base.stl.
 * assertEquals(server.clients.size, 0);
 * ```
 *
 * @param roots The folders by prefix, such as `package://arm/`. Relative paths start at the working directory of the
 * process.
 * @throws {TypeError} If a prefix does not end in "/" or is given twice, or if a folder is not a path or a `file:` URL.
 */
export function assetRoots(
  roots: Readonly<Record<string, string | URL>>,
): NonNullable<FoxgloveServerListener["onFetchAsset"]> {
  const longestFirst = Object.entries(roots).map(rootFrom).toSorted(([one], [other]) => other.length - one.length);
  if (new Set(longestFirst.map(([prefix]) => prefix)).size < longestFirst.length) {
    throw new TypeError("Cannot serve assets: two prefixes are the same URI");
  }
  return async (_server, uri, _requestId, { signal, maxAssetBytes }) => {
    const path = canonicalAssetUri(uri);
    const root = path === undefined ? undefined : longestFirst.find(([prefix]) => path.startsWith(prefix));
    if (path === undefined || !root) throw new RefusalError("there is no such asset");
    const [prefix, folder] = root;
    const segments = segmentsOf(path.slice(prefix.length));
    try {
      return await readWithin(folder, segments, { maxBytes: maxAssetBytes, signal });
    } catch (error) {
      // Errors of the file system contain the path. So they become the cause, which is only logged.
      throw error instanceof RefusalError || signal.aborted
        ? error
        : new RefusalError("there is no such asset", { cause: error });
    }
  };
}

function rootFrom([given, folder]: Root): Root {
  const prefix = canonicalAssetUri(given);
  if (!prefix?.endsWith("/")) {
    const why = prefix === undefined ? "must be UTF-8 text without control characters" : 'does not end in "/"';
    throw new TypeError(`Cannot serve assets: prefix "${given}" ${why}`);
  }
  const isFolder = folder instanceof URL ? folder.protocol === "file:" : typeof folder === "string" && folder !== "";
  if (!isFolder) {
    throw new TypeError(`Cannot serve assets: the folder of "${given}" is "${folder}", not a path or a file: URL`);
  }
  return [prefix, folder instanceof URL ? new URL(folder) : folder];
}

/** Splits the path of a file into the names of its folders and the file. */
function segmentsOf(path: string): string[] {
  const segments = path.split("/");
  // An empty name comes from "//", means the folder itself, or begins an absolute path.
  if (!segments.every(isPlainName)) {
    throw new RefusalError('its path has an empty name, ".", ".." or a forbidden character');
  }
  return segments;
}

/**
 * Whether a name leads one level down on every system. On Windows, ":" belongs to the name of a drive or of a stream.
 */
function isPlainName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\\:\0]/.test(name);
}
