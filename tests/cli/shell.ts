// Shells: command lines in a pipe with other programs.

import { Program } from "../support/program.ts";
import { commandOf } from "./fixture.ts";

/** The rest of the pipe, and options of the command line. */
export interface ShellOptions {
  /** Such as `echo text |`. */
  before?: string;
  /** Such as `| head -1`. */
  after?: string;
  /** Replaces `DIR` in permissions. */
  dir?: string;
}

/** Starts a command line in a shell. */
export function startInShell(args: readonly string[], { before = "", after = "", dir }: ShellOptions): Program {
  return new Program(
    { executable: "sh" },
    "-c",
    `${before} ${quoted(commandOf(args, dir === undefined ? {} : { dir }))} ${after}`,
  );
}

/** Returns the words of a command as text for a shell. */
export function quoted(words: readonly string[]): string {
  return words.map((each) => `'${each.replaceAll("'", `'\\''`)}'`).join(" ");
}
