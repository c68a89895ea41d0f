// McapAction: one action of the command `mcap`.

import type { CompressionMethod } from "../../mcap/compression/compress.ts";
import { isSameFile, pathOrUrl } from "../../mcap/recover/same_file.ts";
import { type Command, defineCommand, type Invocation, type OptionInit } from "../command.ts";
import { compressionOf } from "../compression.ts";
import { firstLineOf, textOf } from "../../error_text.ts";
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
  output: { type: "text", short: "o", value: "FILE", help: "the file to write" },
  force: { type: "flag", help: "replace the file if it exists" },
  compression: { type: "text", value: "zstd|none", help: "the compression of the new file (default: zstd)" },
  ...SELECTION_OPTIONS,
  latch: LATCH_OPTION,
  field: { type: "text", short: "f", value: "PATHS", help: "only these members, such as pose.x,ranges[0]" },
  csv: { type: "flag", help: "print comma-separated values, with a header" },
  count: { type: "number", short: "n", help: "end after this many messages" },
  full: { type: "flag", help: "print long lists, bytes and texts completely" },
};

/** What an action gets. */
export type McapInvocation = Invocation<typeof MCAP_OPTIONS>;

/** An action. */
export interface McapAction {
  /** One line, in lower case and without a full stop. */
  readonly summary: string;
  /** More lines for its help. */
  readonly about?: string;
  /** Such as `FILE… --output FILE`. */
  readonly usage: string;
  /** How many files it reads at most. */
  readonly maxFiles: number;
  /** The options that it has. */
  readonly options: readonly (keyof typeof MCAP_OPTIONS)[];
  /** Command lines without the name of the program, and what they do. */
  readonly examples: readonly (readonly [commandLine: string, does: string])[];
  run(paths: readonly string[], invocation: McapInvocation): Promise<void>;
}

/** Returns the action as a command. */
export function commandOf(name: string, action: McapAction): Command {
  const { summary, about, usage, maxFiles, options, examples } = action;
  return defineCommand({
    name,
    summary,
    ...(about !== undefined && { about }),
    operands: { usage, min: 1, max: maxFiles },
    options: Object.fromEntries(options.map((option) => [option, MCAP_OPTIONS[option]])),
    hasServer: false,
    examples,
    permissions: ["--allow-read=FILE", ...(options.includes("output") ? ["--allow-write=DIR"] : [])],
    run: (invocation) => action.run(invocation.operands, invocation as unknown as McapInvocation),
  });
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
  for (const source of sources) {
    if (await isSameFile(source, output)) throw usageError(`--output is the file to read: "${source}"`);
  }
  return { path: output, overwrite: force, compression };
}

/** The codes with which a file cannot be opened. Their texts name the file. */
const OPEN_CODES: ReadonlySet<unknown> = new Set(["EEXIST", "ENOENT", "EACCES", "EPERM", "EISDIR", "ENOTDIR", "EROFS"]);

/** Returns the failure of an action that cannot complete its file, which is removed, or returns the error itself. */
export async function writeFailure(error: unknown, target: TargetOptions): Promise<unknown> {
  const { path } = target;
  const { code } = error as { code?: unknown };
  // Deno has no code for some errors of the system.
  const isSystem = typeof code === "string" || /\(os error \d+\)/.test(textOf(error));
  if (!isSystem || OPEN_CODES.has(code)) return targetFailure(error, target);
  const { rm } = await import("node:fs/promises");
  const rest = await rm(pathOrUrl(path)).then(() => "the incomplete file was removed", () => "the file is incomplete");
  return new Failure(`cannot write "${path}": ${firstLineOf(error)}; ${rest}`, { cause: error });
}

/** Returns the failure of an action that cannot write its file, or the error itself. */
export function targetFailure(error: unknown, { path }: TargetOptions): unknown {
  if ((error as { code?: unknown }).code !== "EEXIST") return error;
  return new Failure(`"${path}" exists; --force replaces it`, { cause: error });
}
