// runCli(): runs one command line, and returns the exit code.

import { ConnectionClosedError, FoxgloveClient, type FoxgloveClientOptions, RequestError } from "../client/mod.ts";
import { firstLineOf } from "../error_text.ts";
import { didYouMean } from "../near_name.ts";
import { type Arguments, readArguments } from "./arguments.ts";
import { actionOf, type Command, type Invocation } from "./command.ts";
import { connectionProblem, tokenUse } from "./connection_problem.ts";
import { Failure, usageError } from "./failure.ts";
import { commandHelp, PROGRAM, programHelp } from "./help.ts";
import type { Output } from "./output.ts";
import { oldRuntime } from "../runtime_version.ts";
import { DEFAULT_URL, looksLikeAddress, parseServerUrl } from "./server_url.ts";
import { withToken } from "../client/with_token.ts";

const TOKEN_VARIABLE = "FOXGLOVE_WS_TOKEN";
const DEFAULT_TIMEOUT_S = 5;
/** The exit code of a command that Ctrl-C cut short. */
const INTERRUPTED = 130;

/** What surrounds a command line. */
export interface CliEnvironment {
  /** The version of the package. */
  readonly version: string;
  readonly commands: readonly Command[];
  readonly output: Output;
  /** Aborts on the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Returns an environment variable, or `undefined` if it is not set or may not be read. */
  variable(name: string): string | undefined;
}

/** Runs a command. Prints its failure as one line. Returns the exit code, and never rejects. */
export async function runCli(args: readonly string[], environment: CliEnvironment): Promise<number> {
  const { commands, output } = environment;
  const [first, ...rest] = args;
  if (first === undefined || first === "--help" || first === "-h" || (first === "help" && rest.length === 0)) {
    output.line(programHelp(commands));
    return first === undefined ? 2 : 0;
  }
  if (first === "--version") {
    output.line(`${PROGRAM} ${environment.version}`);
    return 0;
  }
  const [name, ...others] = first === "help" ? rest : args;
  const named = commands.find((each) => each.name === name);
  if (!named) {
    const hint = didYouMean(String(name), commands.map((each) => each.name));
    output.note(withHelp(`${PROGRAM}: unknown command "${name}"${hint}`, "--help lists the commands"));
    return 2;
  }
  const { command, args: own } = actionOf(named, others);
  try {
    const read = first === "help" ? undefined : readArguments(command, own);
    if (!read || read.options.help) {
      output.line(commandHelp(command));
      return 0;
    }
    const old = oldRuntime();
    if (old !== undefined) throw new Failure(old);
    return await runCommand(command, read, environment);
  } catch (error) {
    output.note(`${PROGRAM} ${command.name}: ${lineOf(error)}`);
    return error instanceof Failure ? error.exitCode : 1;
  }
}

async function runCommand(command: Command, read: Arguments, environment: CliEnvironment): Promise<number> {
  const { signal } = environment;
  const server = new Server(read, environment);
  const invocation: Invocation = {
    operands: read.operands,
    options: read.options as Invocation["options"],
    isJson: read.options.json === true,
    output: environment.output,
    signal,
    url: server.url,
    isDefaultServer: read.options.url === undefined,
    token: server.token,
    timeoutMs: server.timeoutMs,
    variable: environment.variable,
    connect: (options) => server.connect(options),
  };
  const interrupted = () => command.isEndless?.(invocation) ? 0 : INTERRUPTED;
  try {
    await command.run(invocation);
    return signal.aborted ? interrupted() : 0;
  } catch (error) {
    if (signal.aborted && (error === signal.reason || isAbort(error))) return interrupted();
    throw error;
  } finally {
    await server.close();
  }
}

/** The server of a command. */
class Server {
  readonly url: string;
  readonly token: string | undefined;
  /** How long the server may take to answer, in ms. */
  readonly timeoutMs: number;
  readonly #signal: AbortSignal;
  /** The first one, which may be the address that belongs to `--url`. */
  readonly #operand: string;
  #client: Promise<FoxgloveClient> | undefined;

  constructor({ operands, options }: Arguments, { signal, variable }: CliEnvironment) {
    const { url = DEFAULT_URL, token = variable(TOKEN_VARIABLE), timeout = DEFAULT_TIMEOUT_S } = options;
    this.url = parseServerUrl(String(url));
    this.token = token === undefined || token === "" ? undefined : String(token);
    this.timeoutMs = Number(timeout) * 1000;
    if (!(this.timeoutMs > 0)) throw usageError("--timeout must be greater than 0");
    this.#signal = signal;
    this.#operand = operands[0] ?? "";
  }

  connect(options?: FoxgloveClientOptions): Promise<FoxgloveClient> {
    return this.#client ??= this.#connect(options);
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    await client?.close();
  }

  async #connect(options: FoxgloveClientOptions = {}): Promise<FoxgloveClient> {
    try {
      return await FoxgloveClient.connect(this.url, {
        logger: false,
        reconnect: false,
        connectTimeoutMs: this.timeoutMs,
        signal: this.#signal,
        ...(this.token !== undefined && { createWebSocket: withToken(this.token) }),
        ...options,
      });
    } catch (error) {
      if (!(error instanceof ConnectionClosedError)) throw error;
      const { text, cure } = connectionProblem(error.message, tokenUse(this.url, this.token));
      const isAddress = looksLikeAddress(this.#operand);
      const other = isAddress ? `Use --url ${this.#operand} for that server` : "--url names another one";
      const advice = cure === undefined ? `is the server running? ${other}` : isAddress ? other : cure;
      throw new Failure(`${text}; ${advice}`, { cause: error });
    }
  }
}

/** Returns one line that says what failed. */
function lineOf(error: unknown): string {
  if (error instanceof Failure) {
    return error.isUsage ? withHelp(error.message, "--help lists the options") : error.message;
  }
  if (error instanceof RequestError) return error.message;
  return firstLineOf(error);
}

/** Appends what the help has. A text may end with a question. */
function withHelp(text: string, help: string): string {
  return `${text}${text.endsWith("?") ? "" : ";"} ${help}`;
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
