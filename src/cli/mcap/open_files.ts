// openFiles(): opens the files of a command that reads several at the same time.

import type { McapFault, PlayFiles } from "../../mcap/play/play_files.ts";
import { explainUnreadable } from "./open_recording.ts";

/** Open files, and the faults that were found so far, each in one line. */
export interface OpenFiles extends AsyncDisposable {
  readonly opened: PlayFiles;
  readonly faults: readonly string[];
}

/** Opens all files. Throws a `Failure` if that is not possible. */
export async function openFiles(paths: readonly string[], signal: AbortSignal): Promise<OpenFiles> {
  const { PlayFiles, faultText } = await import("../../mcap/play/play_files.ts");
  const faults: string[] = [];
  const opened = await PlayFiles.open(paths, signal, (fault: McapFault) => void faults.push(faultText(fault)))
    .catch(async (error: unknown) => {
      signal.throwIfAborted();
      await explainUnreadable(paths, signal);
      throw error;
    });
  return { opened, faults, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}
