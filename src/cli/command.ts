// Command: one command of the command line, with its options.

import type { FoxgloveClient, FoxgloveClientOptions } from "../client/mod.ts";
import type { Output } from "./output.ts";

/** An option of a command. */
export interface OptionInit {
  /** `flag` has no value. */
  readonly type: "flag" | "text" | "number";
  /** One line, in lower case and without a full stop. */
  readonly help: string;
  /** The name of the value in the help, such as `SECONDS`. Default: `TEXT` or `N`. */
  readonly value?: string;
  /** The option as a single letter. */
  readonly short?: string;
}

/** The options of a command, by name. */
export type OptionInits = Readonly<Record<string, OptionInit>>;

/** The values of options. A flag that was not given is `false`, and another option `undefined`. */
export type OptionValues<Inits extends OptionInits> = {
  readonly [Name in keyof Inits]: {
    readonly flag: boolean;
    readonly text: string | undefined;
    readonly number: number | undefined;
  }[Inits[Name]["type"]];
};

/** The arguments of a command that are not options. */
export interface Operands {
  /** As in the help, such as `[TOPIC…]`. */
  readonly usage: string;
  readonly min: number;
  readonly max: number;
}

/** What a command gets when it runs. */
export interface Invocation<Inits extends OptionInits = OptionInits> {
  readonly operands: readonly string[];
  readonly options: OptionValues<Inits>;
  /** Whether the output is for programs: one JSON object per line. */
  readonly isJson: boolean;
  readonly output: Output;
  /** Aborts on the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** The URL of the server. */
  readonly url: string;
  /** Whether the user has not named a server, and may mean another one. */
  readonly isDefaultServer: boolean;
  /** The token for the server, if the user gave one. */
  readonly token: string | undefined;
  /** How long the server may take to answer, in ms. */
  readonly timeoutMs: number;
  /** Returns an environment variable, or `undefined` if it is not set or may not be read. */
  variable(name: string): string | undefined;
  /**
   * Connects to the server, once. Rejects with a `Failure` if that is not possible. The client is closed after the
   * command.
   */
  connect(options?: FoxgloveClientOptions): Promise<FoxgloveClient>;
}

/** A command. */
export interface Command<Inits extends OptionInits = OptionInits> {
  readonly name: string;
  /** One line, in lower case and without a full stop. */
  readonly summary: string;
  /** More lines for its help. */
  readonly about?: string;
  /** Default: none. */
  readonly operands?: Operands;
  /** Whether the first operand may be the address of the server, instead of `--url`. Default: no. */
  readonly hasUrlOperand?: boolean;
  readonly options: Inits;
  /** Whether it has the options `--url` and `--token`. Default: `true`. */
  readonly hasServer?: boolean;
  /** Whether it has the option `--json`. Default: `true`. */
  readonly hasJson?: boolean;
  /** Commands that the first argument chooses. Then this command has no operands and options of its own. */
  readonly actions?: readonly Command[];
  /** Command lines without the name of the program, and what they do. */
  readonly examples: readonly (readonly [commandLine: string, does: string])[];
  /** The permissions of Deno that it needs, besides the network permission for the server. */
  readonly permissions?: readonly string[];
  /** Whether it runs until the user stops it, so that Ctrl-C is its normal end. Default: no. */
  isEndless?(invocation: Invocation<Inits>): boolean;
  run(invocation: Invocation<Inits>): Promise<void>;
}

/** Returns the command, with the types of its options. */
export function defineCommand<const Inits extends OptionInits>(command: Command<Inits>): Command {
  // The values that it gets are read by its own options.
  return command as unknown as Command;
}

/** Returns the command that the arguments name: an action has the name of its command before its own. */
export function actionOf(command: Command, args: readonly string[]): { command: Command; args: readonly string[] } {
  const [name, ...rest] = args;
  const action = command.actions?.find((each) => each.name === name);
  if (!action) return { command, args };
  return { command: { ...action, name: `${command.name} ${action.name}` }, args: rest };
}
