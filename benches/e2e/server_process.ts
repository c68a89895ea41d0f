// ServerProcess: a server in its own process.

import { argsFor, type ServerKind } from "./server_kinds.ts";

const START_LIMIT_MS = 15_000;
/** If the server fails, this much of the end of its stderr is shown. */
const STDERR_CHARS = 2000;

/** A running server; when it goes out of scope it is killed. */
export class ServerProcess implements AsyncDisposable {
  readonly port: number;
  /** From just before the process starts until it prints its port. */
  readonly startMs: number;
  readonly #child: Deno.ChildProcess;
  readonly #stderr: StderrReader;

  /** Starts a server, and waits until it listens. */
  static async start(kind: ServerKind, plan: object): Promise<ServerProcess> {
    const start = performance.now();
    const child = new Deno.Command(kind.program, {
      args: argsFor(kind, plan),
      env: { ...kind.env, NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const stderr = new StderrReader(child.stderr);
    const limit = setTimeout(() => child.kill("SIGKILL"), START_LIMIT_MS);
    const line = await firstLine(child.stdout);
    clearTimeout(limit);
    const startMs = performance.now() - start;
    if (!/^\d+$/.test(line)) {
      child.kill("SIGKILL");
      await Promise.all([child.status, stderr.ended]);
      throw new Error(`Cannot start server "${kind.name}": it printed "${line}" and then "${stderr.end}"`);
    }
    return new ServerProcess(child, stderr, Number(line), startMs);
  }

  private constructor(child: Deno.ChildProcess, stderr: StderrReader, port: number, startMs: number) {
    this.#child = child;
    this.#stderr = stderr;
    this.port = port;
    this.startMs = startMs;
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** The number of bytes that it has printed on stderr. */
  get stderrBytes(): number {
    return this.#stderr.bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await Promise.all([this.#child.status, this.#stderr.ended]);
  }
}

/** Counts the bytes of a program's stderr, and keeps the end of the text. */
class StderrReader {
  bytes = 0;
  end = "";
  /** Resolves when the program has ended. */
  readonly ended: Promise<void>;

  constructor(stderr: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.ended = this.#read(stderr);
  }

  async #read(stderr: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stderr) {
      this.bytes += chunk.length;
      this.end = (this.end + decoder.decode(chunk, { stream: true })).slice(-STDERR_CHARS);
    }
  }
}

/** The first line, or all output if the program ended before. */
async function firstLine(stdout: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let text = "";
  // Leaving the loop cancels the stream, because the servers print nothing else.
  for await (const chunk of stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes("\n")) break;
  }
  return text.split("\n")[0]!;
}
