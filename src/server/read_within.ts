// readWithin(): reads a file below a folder, and nothing outside of that folder.

import { checkAssetSize } from "./asset_size.ts";

/** A file that is open for reading. */
export type OpenFile = Pick<Deno.FsFile, "stat" | "read" | "close">;

/** The operations on files that {@linkcode readWithin} needs. */
export interface FileSystem extends Pick<typeof Deno, "realPath" | "lstat"> {
  /** Opens a file for reading. */
  open(path: string): Promise<OpenFile>;
}

/** Options of {@linkcode readWithin}. */
export interface ReadWithinOptions {
  maxBytes: number;
  signal: AbortSignal;
  fileSystem?: FileSystem;
}

const SEPARATOR = Deno.build.os === "windows" ? "\\" : "/";

/**
 * Reads a regular file. `segments` are the names on the way to it.
 *
 * Another program may replace the file, or a folder on the way, between the checks and the opening. So the opened file is checked again:
 * it has the device and inode number that were checked, and its path still has no links. Where the system has no such numbers, as Windows
 * on some volumes, only the path is checked again.
 *
 * @throws {RefusalError} When it has more than `maxBytes`.
 */
export async function readWithin(
  folder: string | URL,
  segments: readonly string[],
  { maxBytes, signal, fileSystem = Deno }: ReadWithinOptions,
): Promise<Uint8Array> {
  const root = await fileSystem.realPath(folder);
  const path = await fileSystem.realPath([root, ...segments].join(SEPARATOR));
  if (!path.startsWith(root.endsWith(SEPARATOR) ? root : root + SEPARATOR)) {
    throw new Error(`"${path}" is outside of "${root}"`);
  }
  const checked = await fileSystem.lstat(path);
  // Before it is opened: opening a pipe waits for its writer, and opening a device can have effects.
  if (!checked.isFile) throw new Error(`"${path}" is not a regular file`);
  checkAssetSize(checked.size, maxBytes);
  const file = await open(fileSystem, path, signal);
  try {
    const opened = await file.stat();
    const isOther = !opened.isFile || differ(checked.dev, opened.dev) || differ(checked.ino, opened.ino);
    if (isOther || await fileSystem.realPath(path) !== path) {
      throw new Error(`"${path}" was replaced while it was opened`);
    }
    return await readAll(file, opened.size, maxBytes, signal);
  } finally {
    file.close();
  }
}

/** Ends the wait when the signal aborts, because a pipe that has taken the file's place may never get a writer. */
async function open(fileSystem: FileSystem, path: string, signal: AbortSignal): Promise<OpenFile> {
  signal.throwIfAborted();
  const opening = fileSystem.open(path);
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([opening, aborted.promise]);
  } catch (error) {
    // The file may still be opened later.
    opening.then((file) => file.close(), () => {});
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** Whether two numbers of a file system differ; systems that have none say `null` or 0. */
function differ(one: number | null, other: number | null): boolean {
  return Boolean(one) && Boolean(other) && one !== other;
}

/** Reads until the end, whatever the size was: a file may grow while it is read. */
async function readAll(file: OpenFile, size: number, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  // One byte more than there should be: then the end is found without growing.
  let buffer = new Uint8Array(Math.min(size, maxBytes) + 1);
  let length = 0;
  while (true) {
    signal.throwIfAborted();
    const bytesRead = await file.read(buffer.subarray(length));
    if (bytesRead === null) return buffer.subarray(0, length);
    length += bytesRead;
    checkAssetSize(length, maxBytes);
    if (length < buffer.length) continue;
    const larger = new Uint8Array(Math.min(2 * length, maxBytes + 1));
    larger.set(buffer);
    buffer = larger;
  }
}
