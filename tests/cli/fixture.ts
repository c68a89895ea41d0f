// Command lines in child processes, with exactly the permissions that their help names.

import { actionOf } from "../../src/cli/command.ts";
import { COMMANDS } from "../../src/cli/commands/mod.ts";
import { permissionsOf } from "../../src/cli/help.ts";
import { IMPORT_MAP } from "../support/import_map.ts";
import { Program, type ProgramEnd, type ProgramOptions } from "../support/program.ts";

const MAIN = new URL("../../src/cli/main.ts", import.meta.url).href;

/** Options of {@linkcode startCli}. */
export interface CliOptions extends ProgramOptions {
  /** The host and port of the server, for the network permission. Default: `127.0.0.1`. */
  host?: string;
  /** Replaces `DIR` in permissions. Default: a folder that does not exist. */
  dir?: string;
  /** Replaces `FILE` in permissions: paths that are separated by commas. Default: a file that does not exist. */
  file?: string;
}

/** Returns the program and the arguments that run a command line, with its permissions. */
export function commandOf(args: readonly string[], options: Pick<CliOptions, "host" | "dir" | "file"> = {}): string[] {
  const { host = "127.0.0.1", dir = "/nowhere", file = "/nowhere" } = options;
  const named = COMMANDS.find(({ name }) => name === args[0]);
  const command = named && actionOf(named, args.slice(1)).command;
  const needed = command ? permissionsOf(command).filter((each) => each !== "none") : [];
  const flags = needed.map((flag) => flag.replace("HOST", host).replace("DIR", dir).replace("FILE", file));
  return [Deno.execPath(), "run", "--no-prompt", "--quiet", ...IMPORT_MAP, ...flags, MAIN, ...args];
}

/** Starts a command line. The first argument is the name of the command. */
export function startCli(args: readonly string[], options: CliOptions = {}): Program {
  const [executable = "", ...rest] = commandOf(args, options);
  const { host: _host, dir: _dir, file: _file, ...program } = options;
  return new Program({ ...program, executable }, ...rest);
}

/** Runs a command line to its end. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<ProgramEnd> {
  await using program = startCli(args, options);
  return await program.ended();
}
