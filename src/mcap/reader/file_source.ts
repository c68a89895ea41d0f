// openFileSource(): a file as a source. `node:fs` is loaded when it is called, and works on Deno, Node and Bun.

import { builtinModule } from "../../platform.ts";
import type { OpenSource } from "./seekable_source.ts";

/** The part of `node:fs` that is used. */
interface FileSystem {
  readonly promises: { open(path: string | URL, flags: "r"): Promise<FileHandle> };
}

interface FileHandle {
  stat(): Promise<{ isFile(): boolean; readonly size: number }>;
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  close(): Promise<void>;
}

/**
 * Opens a file for reading.
 *
 * @throws {TypeError} If it is a URL of another kind, if it is not a regular file, or if the platform has no files.
 */
export async function openFileSource(path: string | URL): Promise<OpenSource> {
  const url = path instanceof URL ? path : isWebAddress(path) ? new URL(path) : undefined;
  if (url && url.protocol !== "file:") {
    const advice = /^https?:$/.test(url.protocol) ? "pass httpSource(url)" : "pass a path or a file: URL";
    throw new TypeError(`Cannot open ${url.href}: it is not a file; ${advice}`);
  }
  const files = builtinModule("node:fs") as FileSystem | undefined;
  if (!files) throw new TypeError(`Cannot open ${path}: this platform has no files`);
  const file = await files.promises.open(url ?? path, "r");
  try {
    const info = await file.stat();
    if (!info.isFile()) throw new TypeError(`Cannot open ${path}: it is not a regular file`);
    const read = (offset: number, length: number) => readAt(file, offset, length);
    return { source: { size: info.size, read }, close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Whether a path is an address of the web or a `file:` URL. Paths of Windows begin with one letter and a colon. */
function isWebAddress(path: string): boolean {
  return /^(https?|wss?|file):\/\//i.test(path);
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
