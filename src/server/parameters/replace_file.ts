// replaceFile(): replaces the content of a file, so that a crash leaves either the old or the new content.

import { type Files, isMissing } from "./file_system.ts";

/** The permissions of a new file, which the platform reduces by the umask. */
const NEW_FILE_MODE = 0o666;

/**
 * Replaces a file as a whole: writes a temporary file beside it, and renames that. The file keeps its permissions.
 *
 * The temporary file is `<path>.tmp`. If a crash left one, it is replaced.
 */
export async function replaceFile(files: Files, path: string, text: string): Promise<void> {
  const { fs: { promises } } = files;
  const temporary = `${path}.tmp`;
  const mode = await modeOf(files, path);
  await promises.rm(temporary, { force: true });
  try {
    await writeNew(files, temporary, text, mode);
    await promises.rename(temporary, path);
  } catch (error) {
    // The disk may be full.
    await promises.rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(files, path);
}

/** Writes a new file to the disk. */
async function writeNew({ fs }: Files, path: string, text: string, mode: number | undefined): Promise<void> {
  // "wx" fails if the path exists, so this never writes through a link that someone else has created.
  const handle = await fs.promises.open(path, "wx", mode ?? NEW_FILE_MODE);
  try {
    await handle.writeFile(text);
    // Without the umask. Some platforms have no such permissions.
    if (mode !== undefined) await handle.chmod(mode).catch(() => {});
    // Otherwise the rename may reach the disk before the content.
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Returns the permissions of a file, or `undefined` if it does not exist. */
async function modeOf({ fs }: Files, path: string): Promise<number | undefined> {
  try {
    return (await fs.promises.stat(path)).mode & 0o777;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Makes the rename survive a power failure. Not all platforms can open a folder. */
async function syncFolder({ fs, path: { dirname } }: Files, path: string): Promise<void> {
  try {
    const handle = await fs.promises.open(dirname(path), "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // The content is complete anyway: after a power failure, it may be the old one.
  }
}
