// A program in a process of its own, for tests that signal it and read what it prints.

/** How a {@linkcode Program} ended. */
export interface ProgramEnd {
  code: number;
  /** The signal that ended it, unless it ended by itself. */
  signal: Deno.Signal | null;
  /** The lines of stdout that nobody took with `line()`. */
  lines: string[];
  stderr: string;
}

/** What a {@linkcode Program} gets less of than the machine has. */
export interface ProgramLimits {
  /** How many file descriptors it may have open. */
  descriptors: number;
}

/** No program of a test runs for longer: it is killed, and the test fails instead of waiting. */
const LIMIT_MS = 60_000;

/** A running `deno run` or `deno serve`; when it goes out of scope it is killed. */
export class Program implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncIterableIterator<string>;
  readonly #stderr: Promise<string>;
  readonly #limit: ReturnType<typeof setTimeout>;

  /** Runs `deno run --no-prompt` with `args`: flags, the file and what it is given; `deno serve` where "serve" stands before them. */
  constructor(...args: string[]);
  /** The same with limits, for which there has to be a `bash`. */
  constructor(limits: ProgramLimits, ...args: string[]);
  constructor(...given: (ProgramLimits | string)[]) {
    const args = given.filter((each) => typeof each === "string");
    const limits = given.find((each) => typeof each === "object");
    const [subcommand, rest] = args[0] === "serve" ? ["serve", args.slice(1)] : ["run", args];
    const deno = [subcommand, "--no-prompt", ...rest];
    const command = new Deno.Command(limits ? "bash" : Deno.execPath(), {
      args: limits ? ["-c", `ulimit -n ${limits.descriptors}; exec "$0" "$@"`, Deno.execPath(), ...deno] : deno,
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
    this.#child = command.spawn();
    this.#lines = lines(this.#child.stdout);
    this.#stderr = this.#child.stderr.text();
    this.#limit = setTimeout(() => this.kill("SIGKILL"), LIMIT_MS);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** The next line of stdout. */
  async line(): Promise<string> {
    const { done, value } = await this.#lines.next();
    if (done) {
      throw new Error(`Cannot read a line: the program has ended, saying "${await this.#stderr}"`);
    }
    return value;
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  async ended(): Promise<ProgramEnd> {
    const rest = await Array.fromAsync(this.#lines);
    const { code, signal } = await this.#child.status;
    return { code, signal, lines: rest, stderr: await this.#stderr };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#limit);
    try {
      this.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.ended();
  }
}

/** The lines of a program's output, as they come. */
export async function* lines(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncIterableIterator<string> {
  let text = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (text + chunk).split("\n");
    text = parts.pop()!;
    yield* parts;
  }
}
