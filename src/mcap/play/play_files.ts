// PlayFiles: the files that a player plays, and their faults.

import { textOf } from "../../error_text.ts";
import { McapReader } from "../reader/mcap_reader.ts";
import type { McapInput } from "../reader/seekable_source.ts";
import type { McapTimeRange } from "../reader/time_range.ts";

/** A file whose end, or all of it, cannot be played. */
export interface McapFault {
  /** The path of the file, or its number among the files that are not paths, such as `file 1`. */
  readonly file: string;
  /** Why: an `McapError`, or an error of the source. */
  readonly error: unknown;
}

/** An open file. */
export interface PlayFile {
  /** See {@linkcode McapFault.file}. */
  readonly name: string;
  readonly reader: McapReader;
  /** The times of its messages; `undefined` if it has none. */
  readonly range: McapTimeRange | undefined;
}

/** Open files, in the order in which they were given. */
export class PlayFiles implements AsyncDisposable {
  readonly files: readonly PlayFile[];
  readonly #faults = new Map<string, McapFault>();
  readonly #onFault: (fault: McapFault) => void;

  private constructor(files: readonly PlayFile[], onFault: (fault: McapFault) => void) {
    this.files = files;
    this.#onFault = onFault;
  }

  /** Opens all files, or none. `onFault`: called once for each file that is broken. */
  static async open(
    inputs: readonly McapInput[],
    signal: AbortSignal | undefined,
    onFault: (fault: McapFault) => void,
  ): Promise<PlayFiles> {
    const opened: PlayFile[] = [];
    try {
      for (const [index, input] of inputs.entries()) {
        const reader = await McapReader.open(input, signal ? { signal } : {});
        opened.push({ name: nameOf(input, index), reader, range: reader.timeRange });
      }
    } catch (error) {
      await closeAll(opened);
      throw error;
    }
    const files = new PlayFiles(opened, onFault);
    for (const file of opened) if (file.reader.fault) files.report(file, file.reader.fault);
    return files;
  }

  /** The files that are broken. */
  get faults(): readonly McapFault[] {
    return [...this.#faults.values()];
  }

  /** Reports why a file cannot be read further, once. */
  report({ name }: PlayFile, error: unknown): void {
    if (this.#faults.has(name)) return;
    const fault = { file: name, error };
    this.#faults.set(name, fault);
    this.#onFault(fault);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeAll(this.files);
  }
}

/** Returns one line for people. */
export function faultText({ file, error }: McapFault): string {
  return `${baseName(file)} is broken, and is read up to the fault: ${textOf(error)}`;
}

/** Returns the last part of a path. */
export function baseName(path: string): string {
  return path.split(/[/\\]/).at(-1) || path;
}

function nameOf(input: McapInput, index: number): string {
  if (typeof input === "string") return input;
  return input instanceof URL ? decodeURI(input.pathname) : `file ${index + 1}`;
}

async function closeAll(files: readonly PlayFile[]): Promise<void> {
  await Promise.all(files.map(({ reader }) => reader.close()));
}
