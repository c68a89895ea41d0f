// McapAction: one action of the command `mcap`.

import type { CompressionMethod } from "../../mcap/compression/compress.ts";
import type { Invocation, OptionInit } from "../command.ts";
import { compressionOf } from "../compression.ts";
import { Failure, usageError } from "../failure.ts";
import { LATCH_OPTION } from "../latch_option.ts";
import { SELECTION_OPTIONS } from "./selection.ts";

/** The options of all actions. */
export const MCAP_OPTIONS: Readonly<
  & Record<
    "output" | "compression" | "latch" | "field" | keyof typeof SELECTION_OPTIONS,
    OptionInit & { readonly type: "text" }
  >
  & Record<"count", OptionInit & { readonly type: "number" }>
  & Record<"force" | "csv" | "full", OptionInit & { readonly type: "flag" }>
> = {
  output: { type: "text", short: "o", value: "FILE", help: "recover, cut, merge: the file to write" },
  force: { type: "flag", help: "recover, cut, merge: replace the file if it exists" },
  compression: { type: "text", value: "zstd|none", help: "recover, cut, merge: of the new file (default: zstd)" },
  topic: { ...SELECTION_OPTIONS.topic, help: `cut, cat: ${SELECTION_OPTIONS.topic.help}` },
  start: { ...SELECTION_OPTIONS.start, help: `cut, cat: ${SELECTION_OPTIONS.start.help}` },
  end: { ...SELECTION_OPTIONS.end, help: `cut, cat: ${SELECTION_OPTIONS.end.help}` },
  latch: { ...LATCH_OPTION, help: `cut: ${LATCH_OPTION.help}` },
  field: { type: "text", short: "f", value: "PATHS", help: "cat: only these members, such as pose.x,ranges[0]" },
  csv: { type: "flag", help: "cat: print comma-separated values, with a header" },
  count: { type: "number", short: "n", help: "cat: end after this many messages" },
  full: { type: "flag", help: "cat: print long lists, bytes and texts completely" },
};

/** What an action gets. */
export type McapInvocation = Invocation<typeof MCAP_OPTIONS>;

/** An action. */
export interface McapAction {
  /** Such as `mcap info FILE…`. */
  readonly usage: string;
  /** How many files it reads at most. */
  readonly maxFiles: number;
  /** The options that it has. */
  readonly options: readonly (keyof typeof MCAP_OPTIONS)[];
  run(paths: readonly string[], invocation: McapInvocation): Promise<void>;
}

/** Checks the files and options of an action. Throws a `Failure` if they do not fit. */
export function checkAction(
  name: string,
  { usage, maxFiles, options }: McapAction,
  paths: readonly string[],
  invocation: McapInvocation,
): void {
  if (paths.length === 0 || paths.length > maxFiles) throw usageError(`wrong number of files: use "${usage}"`);
  for (const option of Object.keys(MCAP_OPTIONS) as (keyof typeof MCAP_OPTIONS)[]) {
    const value = invocation.options[option];
    if (value === undefined || value === false || options.includes(option)) continue;
    throw usageError(`"mcap ${name}" has no option --${option}`);
  }
}

/** The file that an action writes. */
export interface TargetOptions {
  readonly path: string;
  readonly overwrite: boolean;
  readonly compression: CompressionMethod;
}

/** Returns the file to write. Throws a `Failure` if it is missing, or one of the files to read. */
export async function targetOf(
  { options }: McapInvocation,
  sources: readonly string[],
): Promise<TargetOptions> {
  const { output, force } = options;
  if (output === undefined) throw usageError("--output is missing: the file to write");
  const compression = compressionOf(options.compression);
  const { isSameFile } = await import("../../mcap/recover/same_file.ts");
  for (const source of sources) {
    if (await isSameFile(source, output)) throw usageError(`--output is the file to read: "${source}"`);
  }
  return { path: output, overwrite: force, compression };
}

/** Returns the failure of an action that cannot write its file, or the error itself. */
export function targetFailure(error: unknown, { path }: TargetOptions): unknown {
  if ((error as { code?: unknown }).code !== "EEXIST") return error;
  return new Failure(`"${path}" exists; --force replaces it`, { cause: error });
}
