// loadParameterFile(): reads the saved parameters when a store is created, and keeps a file aside that is not valid.

import { textOf } from "../../error_text.ts";
import type { Logger } from "../../logger.ts";
import { type Files, isMissing } from "./file_system.ts";
import { jsonMembers } from "./json_members.ts";

/** The content of a parameter file. */
export interface LoadedFile {
  /** The absolute path of the file. If the given file is a link, the path of its target. */
  readonly path: string;
  /** The JSON text of each saved value, by name. */
  readonly members: Map<string, string>;
  /** Why the file must not be written; absent if it may be. */
  readonly failure?: Error;
}

// Skips a byte order mark, which some editors add.
const UTF8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads the file. A missing file has no members.
 *
 * Logs other failures. A file that is not a JSON object is renamed. If that fails, or if the file cannot be read, it
 * must not be written, because its content would be lost.
 */
export function loadParameterFile(files: Files, file: string, logger: Logger): LoadedFile {
  let path = file;
  try {
    path = targetOf(files, file);
    return { path, members: readMembers(files, path, logger) };
  } catch (error) {
    logger.error(`Cannot read parameters from "${path}": ${textOf(error)}; changes are not saved`);
    return { path, members: new Map(), failure: new Error(textOf(error), { cause: error }) };
  }
}

/** Follows links, also if the last one points to a missing file. Renaming a file to a link would replace the link. */
function targetOf(files: Files, file: string): string {
  const { fs, path } = files;
  try {
    return fs.realpathSync(file);
  } catch (error) {
    // This includes links that form a cycle.
    if (!isMissing(error)) throw error;
  }
  let target: string;
  try {
    target = fs.readlinkSync(file);
  } catch {
    return file;
  }
  return targetOf(files, path.resolve(path.dirname(file), target));
}

function readMembers(files: Files, path: string, logger: Logger): Map<string, string> {
  const { fs } = files;
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    // Reading a device or a pipe might never end.
    if (!fs.statSync(path).isFile()) throw new Error("it is not a regular file");
    bytes = fs.readFileSync(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
    reportMissingFolder(files, path, logger);
    return new Map();
  }
  const members = membersOf(bytes);
  if (members) return members;
  logger.error(
    `Cannot read parameters from "${path}": it is not a JSON object; it was renamed to "${keepAside(files, path)}"`,
  );
  return new Map();
}

function membersOf(bytes: Uint8Array<ArrayBuffer>): Map<string, string> | undefined {
  try {
    return jsonMembers(UTF8.decode(bytes));
  } catch {
    return undefined;
  }
}

/** Renames the file to a name that is not used yet. Returns that name. */
function keepAside({ fs }: Files, path: string): string {
  try {
    for (let number = 1;; number++) {
      const aside = `${path}.invalid-${number}`;
      if (!reserve(aside)) continue;
      try {
        fs.renameSync(path, aside);
        return aside;
      } catch (error) {
        fs.rmSync(aside);
        throw error;
      }
    }
  } catch (cause) {
    throw new Error(`it is not a JSON object, and it cannot be renamed: ${textOf(cause)}`, { cause });
  }

  /** Creates an empty file, because renaming to a name that exists would overwrite that file. */
  function reserve(aside: string): boolean {
    try {
      fs.closeSync(fs.openSync(aside, "wx"));
      return true;
    } catch (error) {
      if ((error as { code?: unknown }).code === "EEXIST") return false;
      throw error;
    }
  }
}

/** Reports a missing folder now, because the first change may come much later. */
function reportMissingFolder({ fs, path: { dirname } }: Files, path: string, logger: Logger): void {
  try {
    fs.statSync(dirname(path));
  } catch (error) {
    // Other errors, such as missing permissions, are reported when the file is written.
    if (isMissing(error)) logger.error(`Cannot write parameters to "${path}": its folder does not exist`);
  }
}
