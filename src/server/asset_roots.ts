// assetRoots(): serves files of chosen folders as assets, and nothing outside of them.

import { canonicalAssetUri } from "../session/asset_uri.ts";
import type { FoxgloveServerListener } from "./listener.ts";
import { readWithin } from "./read_within.ts";
import { RefusalError } from "./refusal_error.ts";
import { maxAssetBytesOf } from "./server.ts";

/** A prefix of canonical URIs, and the folder that it stands for. */
type Root = readonly [prefix: string, folder: string | URL];

/**
 * Makes an `onFetchAsset` hook that serves the files of some folders.
 *
 * A URI is served if it begins with one of the prefixes, the longest of those that fit, and its rest leads to a regular file in that
 * prefix's folder. Percent-encoding is undone once, in prefixes too; a `%` without two hex digits stands for itself. Links are followed as
 * long as they stay inside. What is larger than the server's `maxAssetBytes` is refused before it is read. A client that is refused learns
 * neither where the folder is nor what is outside of it; the reason goes to the log. The protocol has no media types: apps go by the name.
 *
 * Needs `--allow-read` for the folders, and for where they are if they are links.
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
 * // package://arm/meshes/base.stl is now what arm_description/meshes/base.stl holds.
 * assertEquals(server.clients.size, 0);
 * ```
 *
 * @param roots The folders by prefix, such as `package://arm/`; a relative path counts from where the process was started.
 * @throws {TypeError} When a prefix does not end in "/" or is given twice, or a folder is neither a path nor a URL of one.
 */
export function assetRoots(
  roots: Readonly<Record<string, string | URL>>,
): NonNullable<FoxgloveServerListener["onFetchAsset"]> {
  const longestFirst = Object.entries(roots).map(rootFrom).toSorted(([one], [other]) => other.length - one.length);
  if (new Set(longestFirst.map(([prefix]) => prefix)).size < longestFirst.length) {
    throw new TypeError("Cannot serve assets: two prefixes are the same URI");
  }
  return async (server, uri, _requestId, { signal }) => {
    const path = canonicalAssetUri(uri);
    const root = path === undefined ? undefined : longestFirst.find(([prefix]) => path.startsWith(prefix));
    if (path === undefined || !root) throw new RefusalError("there is no such asset");
    const [prefix, folder] = root;
    const segments = segmentsOf(path.slice(prefix.length));
    try {
      return await readWithin(folder, segments, { maxBytes: maxAssetBytesOf(server), signal });
    } catch (error) {
      // The error of the file system names the path.
      throw error instanceof RefusalError || signal.aborted
        ? error
        : new RefusalError("there is no such asset", { cause: error });
    }
  };
}

function rootFrom([given, folder]: Root): Root {
  const prefix = canonicalAssetUri(given);
  if (!prefix?.endsWith("/")) {
    const why = prefix === undefined ? "is not text in UTF-8 without control characters" : 'does not end in "/"';
    throw new TypeError(`Cannot serve assets: prefix "${given}" ${why}`);
  }
  const isFolder = folder instanceof URL ? folder.protocol === "file:" : typeof folder === "string" && folder !== "";
  if (!isFolder) throw new TypeError(`Cannot serve assets: the folder of "${given}" is "${folder}"`);
  return [prefix, folder instanceof URL ? new URL(folder) : folder];
}

/** The names on the way to a file. */
function segmentsOf(path: string): string[] {
  const segments = path.split("/");
  // An empty one is "//", the folder itself, or leads to the root of the file system.
  if (!segments.every(isPlainName)) throw new RefusalError("its path is not one of plain names");
  return segments;
}

/** Whether a name leads one step down, on whichever system: ":" begins a drive or a stream on Windows. */
function isPlainName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\\:\0]/.test(name);
}
