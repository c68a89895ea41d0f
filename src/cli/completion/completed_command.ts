// completedCommand(): what a shell completes after the name of a command.

import { optionsOf } from "../arguments.ts";
import type { Command, OptionInits } from "../command.ts";

/** An option, as shells complete it. */
export interface CompletedOption {
  /** Such as `--url` and `-u`. */
  readonly flags: readonly string[];
  readonly help: string;
  /** The name of the value in the help, such as `FILE`. Absent: the option has no value. */
  readonly value?: string;
}

/** A command, as shells complete it. */
export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** The words from which the first operand is chosen. */
  readonly words: readonly string[];
  /** Whether operands are topics. */
  readonly hasTopics: boolean;
  /** Whether operands are paths of files. */
  readonly hasFiles: boolean;
}

/** Returns what a shell completes after the name of a command. */
export function completedCommand(command: Command): CompletedCommand {
  const { name, summary, operands, actions = [] } = command;
  const usage = [operands, ...actions.map((action) => action.operands)].map((each) => each?.usage ?? "").join(" ");
  const [first = ""] = usage.split(" ");
  const options = Object.assign({}, ...[command, ...actions].map(optionsOf)) as OptionInits;
  return {
    name,
    summary,
    options: Object.entries(options).map(([option, { type, short, help, value = "" }]) => ({
      flags: [`--${option}`, ...(short === undefined ? [] : [`-${short}`])],
      help,
      ...(type !== "flag" && { value: value || type.toUpperCase() }),
    })),
    words: actions.length > 0
      ? actions.map((action) => action.name)
      : /^[a-z]+(\|[a-z]+)+$/.test(first)
      ? first.split("|")
      : [],
    hasTopics: /\bTOPIC\b/.test(usage),
    hasFiles: /\bFILE\b/.test(usage),
  };
}

/** Whether the value of an option is the path of a file. */
export function isPath({ value }: CompletedOption): boolean {
  return value !== undefined && /^(FILE|DIR|PATH)\b/.test(value);
}
