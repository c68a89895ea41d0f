// LineProcess: a program of the matrix, in a process of its own, that is talked to in lines of JSON.

import { lines } from "../support/program.ts";

/** A running program; when it goes out of scope it is killed. */
export class LineProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #reading: Promise<void>;

  /** Starts it; `onLine` is given each line that it prints. */
  constructor(program: string, args: readonly string[], onLine: (line: Record<string, unknown>) => void) {
    this.#child = new Deno.Command(program, {
      args: [...args],
      env: { NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      // What goes wrong there has to be seen; else they say nothing.
      stderr: "inherit",
    }).spawn();
    this.#stdin = this.#child.stdin.getWriter();
    this.#reading = read(this.#child.stdout, onLine);
  }

  /** Writes a line. */
  async say(line: object): Promise<void> {
    await this.#stdin.write(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
  }

  /** Tells it that there is no more, and waits until it has ended by itself. */
  async end(): Promise<void> {
    await this.#stdin.close();
    await this.#child.status;
    await this.#reading;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.#child.status;
    await this.#reading;
    // Closing what the program has closed is an error, and no loss.
    await this.#stdin.close().catch(() => {});
  }
}

async function read(
  stdout: ReadableStream<Uint8Array<ArrayBuffer>>,
  onLine: (line: Record<string, unknown>) => void,
): Promise<void> {
  for await (const line of lines(stdout)) onLine(JSON.parse(line));
}
