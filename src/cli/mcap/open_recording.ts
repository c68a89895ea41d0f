// openRecording(), openNamedSource(): open an MCAP file, and explain why it cannot be read.

import { firstLineOf } from "../../error_text.ts";
import type { McapReader } from "../../mcap/reader/mcap_reader.ts";
import type { OpenSource, SeekableSource } from "../../mcap/reader/seekable_source.ts";
import { McapError } from "../../mcap/records/mcap_error.ts";
import { Failure } from "../failure.ts";

/** Opens a file. Throws a `Failure` if that is not possible. */
export async function openRecording(path: string, signal: AbortSignal): Promise<McapReader> {
  // Commands for servers do not load the reader.
  const { McapReader } = await import("../../mcap/reader/mcap_reader.ts");
  try {
    return await McapReader.open(path, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw recordingFailure(path, error);
  }
}

/** Opens a file as a source. It and its source throw a `Failure` with the path if they cannot read the file. */
export async function openNamedSource(path: string): Promise<OpenSource> {
  const { openFileSource } = await import("../../mcap/reader/file_source.ts");
  const fail = (error: unknown) => {
    throw recordingFailure(path, error);
  };
  const { source, close } = await openFileSource(path).catch(fail);
  const read: SeekableSource["read"] = (offset, length, signal) =>
    source.read(offset, length, signal).catch((error: unknown) => {
      signal?.throwIfAborted();
      return fail(error);
    });
  return { source: { size: source.size, read }, close };
}

/** The cure for a file that is broken. */
export const RECOVER_HINT = '"mcap recover" may repair it';

/**
 * Throws a `Failure` for the first file that cannot be opened. Only for commands that have failed to open the files,
 * because it opens them again.
 */
export async function explainUnreadable(paths: readonly string[], signal: AbortSignal): Promise<void> {
  for (const path of paths) await (await openRecording(path, signal)).close();
}

/** Returns the failure of a command that cannot read a file. `cure`: what the user can do if it is broken. */
export function recordingFailure(path: string, error: unknown, cure: string = RECOVER_HINT): Failure {
  const { code } = error as { code?: unknown };
  if (code === "ENOENT") return new Failure(`the file "${path}" does not exist`, { cause: error });
  const reason = faultReason(error);
  return new Failure(
    error instanceof McapError
      ? [`"${path}" is not an MCAP file, or is broken: ${reason}`, cure].filter(Boolean).join("; ")
      : `"${path}": ${reason}`,
    { cause: error },
  );
}

/** Returns why a file cannot be read, for a text that says so already. */
export function faultReason(error: unknown): string {
  return firstLineOf(error).replace("Cannot read the MCAP file: ", "");
}
