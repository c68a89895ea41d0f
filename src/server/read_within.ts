// readWithin(): reads a file below a folder, and never a file outside of it.

import { type FileReader, type OpenFile, PLATFORM } from "../platform.ts";
import { checkAssetSize } from "./asset_size.ts";

/** Options of {@linkcode readWithin}. */
export interface ReadWithinOptions {
  maxBytes: number;
  signal: AbortSignal;
  files?: FileReader;
}

const SEPARATOR = PLATFORM.isWindows ? "\\" : "/";

/**
 * Reads a regular file below `folder`. `segments`: the names of the subfolders and of the file.
 *
 * Another program may replace the file, or a folder in its path, between the checks and the opening. So the opened file
 * is checked again: its device and inode numbers must be the same, and its path must still have no links. If the system
 * has no such numbers, for example Windows on some volumes, only the path is checked again.
 *
 * @throws {AssetTooLarge} When the file has more than `maxBytes`.
 */
export async function readWithin(
  folder: string | URL,
  segments: readonly string[],
  { maxBytes, signal, files = PLATFORM.files }: ReadWithinOptions,
): Promise<Uint8Array> {
  const root = await files.realPath(folder);
  const path = await files.realPath([root, ...segments].join(SEPARATOR));
  if (!path.startsWith(root.endsWith(SEPARATOR) ? root : root + SEPARATOR)) {
    throw new Error(`"${path}" is outside of "${root}"`);
  }
  const checked = await files.lstat(path);
  // Checked before it is opened: opening a pipe waits for its writer, and opening a device can have side effects.
  if (!checked.isFile) throw new Error(`"${path}" is not a regular file`);
  checkAssetSize(checked.size, maxBytes);
  const file = await open(files, path, signal);
  try {
    const opened = await file.stat();
    const isOther = !opened.isFile || differ(checked.dev, opened.dev) || differ(checked.ino, opened.ino);
    if (isOther || await files.realPath(path) !== path) {
      throw new Error(`"${path}" was replaced while it was opened`);
    }
    return await readAll(file, opened.size, maxBytes, signal);
  } finally {
    file.close();
  }
}

/**
 * Opens a file. Stops waiting when the signal aborts, because a pipe that has replaced the file may never get a writer.
 */
async function open(files: FileReader, path: string, signal: AbortSignal): Promise<OpenFile> {
  signal.throwIfAborted();
  const opening = files.open(path);
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

/**
 * Whether two device or inode numbers differ. Systems without such numbers return `null` or 0, which count as equal.
 */
function differ(one: number | null, other: number | null): boolean {
  return Boolean(one) && Boolean(other) && one !== other;
}

/** Reads until the end, independent of `size`, because a file may grow while it is read. */
async function readAll(file: OpenFile, size: number, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  // One extra byte, so that the end is found without a larger buffer.
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
