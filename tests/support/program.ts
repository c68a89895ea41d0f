// Program: a child process that tests send signals to, and whose output they read.

/** How a {@linkcode Program} ended. */
export interface ProgramEnd {
  code: number;
  /** The signal that killed it, or `null` if it exited by itself. */
  signal: Deno.Signal | null;
  /** The lines of stdout that no call of `line()` has taken. */
  lines: string[];
  stderr: string;
}

/** Options of a {@linkcode Program}. */
export interface ProgramOptions {
  /** The maximum number of open file descriptors. Requires `bash`. */
  descriptors?: number;
  /** The program to run instead of Deno, with exactly these arguments. */
  executable?: string;
  /** Whether `write()` sends text or bytes to it. */
  hasStdin?: boolean;
  /** Environment variables, besides those of this process. */
  env?: Readonly<Record<string, string>>;
}

/** A program that runs longer is killed, so that its test fails instead of waiting. */
const LIMIT_MS = 180_000;

/** A running program. Disposal kills it. */
export class Program implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncIterableIterator<string>;
  readonly #stderr: Promise<string>;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array> | undefined;
  readonly #limit: ReturnType<typeof setTimeout>;

  /** Runs `deno run --no-prompt` with flags, a file and its arguments. A first argument "serve" runs `deno serve`. */
  constructor(...args: string[]);
  /** The same with options. */
  constructor(options: ProgramOptions, ...args: string[]);
  constructor(...given: (ProgramOptions | string)[]) {
    const { descriptors, executable, env = {}, hasStdin = false } = given.find((each) => typeof each === "object") ??
      {};
    const own = given.filter((each) => typeof each === "string");
    const [subcommand, rest] = own[0] === "serve" ? ["serve", own.slice(1)] : ["run", own];
    const path = executable ?? Deno.execPath();
    const args = executable === undefined ? [subcommand, "--no-prompt", ...rest] : own;
    const isLimited = descriptors !== undefined;
    const command = new Deno.Command(isLimited ? "bash" : path, {
      args: isLimited ? ["-c", `ulimit -n ${descriptors}; exec "$0" "$@"`, path, ...args] : args,
      env: { NO_COLOR: "1", ...env },
      stdin: hasStdin ? "piped" : "null",
      stdout: "piped",
      stderr: "piped",
    });
    this.#child = command.spawn();
    this.#stdin = hasStdin ? this.#child.stdin.getWriter() : undefined;
    this.#lines = lines(this.#child.stdout);
    this.#stderr = this.#child.stderr.text();
    this.#limit = setTimeout(() => this.kill("SIGKILL"), LIMIT_MS);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Waits for the next line of stdout. */
  async line(): Promise<string> {
    const { done, value } = await this.#lines.next();
    if (done) {
      throw new Error(`Cannot read a line: the program has exited with the errors "${await this.#stderr}"`);
    }
    return value;
  }

  /** Writes text or bytes to its stdin. Requires the option `hasStdin`. */
  async write(data: string | Uint8Array): Promise<void> {
    await this.#stdin?.write(typeof data === "string" ? new TextEncoder().encode(data) : data);
  }

  /** Ends its stdin. */
  async closeStdin(): Promise<void> {
    await this.#stdin?.close();
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
    await this.#stdin?.close().catch(() => {});
    try {
      this.kill("SIGKILL");
    } catch {
      // The program has already exited.
    }
    await this.ended();
  }
}

/** Yields the lines of a program's output as they arrive. */
export async function* lines(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncIterableIterator<string> {
  let text = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (text + chunk).split("\n");
    text = parts.pop()!;
    yield* parts;
  }
}
