// LineProcess: a program in its own process that exchanges lines of JSON with the tests.

import { lines } from "../support/program.ts";

/** A running program. Disposal kills it. */
export class LineProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #reading: Promise<void>;

  /** Starts the program. `onLine` is called with each line that it prints. */
  constructor(program: string, args: readonly string[], onLine: (line: Record<string, unknown>) => void) {
    this.#child = new Deno.Command(program, {
      args: [...args],
      env: { NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      // Shows the errors of the program; it prints nothing else there.
      stderr: "inherit",
    }).spawn();
    this.#stdin = this.#child.stdin.getWriter();
    this.#reading = read(this.#child.stdout, onLine);
  }

  /** Writes a line to the program's stdin. */
  async writeLine(line: object): Promise<void> {
    await this.#stdin.write(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
  }

  /** Closes stdin, and waits until the program has exited. */
  async end(): Promise<void> {
    await this.#stdin.close();
    await this.#child.status;
    await this.#reading;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // The program has already exited.
    }
    await this.#child.status;
    await this.#reading;
    // Closing fails if the program has closed its stdin, which does not matter here.
    await this.#stdin.close().catch(() => {});
  }
}

async function read(
  stdout: ReadableStream<Uint8Array<ArrayBuffer>>,
  onLine: (line: Record<string, unknown>) => void,
): Promise<void> {
  for await (const line of lines(stdout)) onLine(JSON.parse(line));
}
