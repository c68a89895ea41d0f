// openFiles(): opens the files of a command that reads several at the same time.

import type { McapSelection } from "../../mcap/mod.ts";
import type { McapFault, PlayFiles } from "../../mcap/play/play_files.ts";
import { Failure } from "../failure.ts";
import type { Output } from "../output.ts";
import { explainUnreadable } from "./open_recording.ts";

/** Open files, and the faults that were found so far, each in one line. */
export interface OpenFiles extends AsyncDisposable {
  readonly opened: PlayFiles;
  readonly faults: readonly string[];
}

/**
 * Opens all files. Throws a `Failure` if that is not possible, or if they have nothing of the selection. Prints notes
 * if they lack some of its topics.
 */
export async function openFiles(
  paths: readonly string[],
  selection: McapSelection,
  output: Output,
  signal: AbortSignal,
): Promise<OpenFiles> {
  const [{ PlayFiles, faultText }, { checkSelection }] = await Promise.all([
    import("../../mcap/play/play_files.ts"),
    import("../../mcap/play/check_selection.ts"),
  ]);
  const faults: string[] = [];
  const opened = await PlayFiles.open(paths, signal, (fault: McapFault) => void faults.push(faultText(fault)))
    .catch(async (error: unknown) => {
      signal.throwIfAborted();
      await explainUnreadable(paths, signal);
      throw error;
    });
  const { reason, notes } = checkSelection(selection, opened.files);
  if (reason !== undefined) {
    await opened[Symbol.asyncDispose]();
    throw new Failure(reason);
  }
  for (const note of notes) output.note(note);
  return { opened, faults, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}
