// ServerProcess: a server in a process of its own.

import { argsFor, type ServerKind } from "./server_kinds.ts";
import type { ServerPlan } from "../servers/server_plan.ts";

const START_LIMIT_MS = 15_000;
/** Of what it printed on stderr, so much is shown when it fails. */
const STDERR_CHARS = 2000;

/** A running server; when it goes out of scope it is killed. */
export class ServerProcess implements AsyncDisposable {
  readonly port: number;
  /** From before the process was made until it said where it listens. */
  readonly startMs: number;
  readonly #child: Deno.ChildProcess;
  readonly #stderr: Promise<void>;

  /** Starts one, and waits until it listens. */
  static async start(kind: ServerKind, plan: ServerPlan): Promise<ServerProcess> {
    const start = performance.now();
    const child = new Deno.Command(kind.program, {
      args: argsFor(kind, plan),
      env: { ...kind.env, NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    let errors = "";
    const stderr = child.stderr.pipeThrough(new TextDecoderStream()).pipeTo(
      new WritableStream({ write: (text) => void (errors = (errors + text).slice(-STDERR_CHARS)) }),
    );
    const limit = setTimeout(() => child.kill("SIGKILL"), START_LIMIT_MS);
    const line = await firstLine(child.stdout);
    clearTimeout(limit);
    const startMs = performance.now() - start;
    if (!/^\d+$/.test(line)) {
      child.kill("SIGKILL");
      await Promise.all([child.status, stderr]);
      throw new Error(`Cannot start server "${kind.name}": it said "${line}" and then "${errors}"`);
    }
    return new ServerProcess(child, stderr, Number(line), startMs);
  }

  private constructor(child: Deno.ChildProcess, stderr: Promise<void>, port: number, startMs: number) {
    this.#child = child;
    this.#stderr = stderr;
    this.port = port;
    this.startMs = startMs;
  }

  get pid(): number {
    return this.#child.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await Promise.all([this.#child.status, this.#stderr]);
  }
}

/** The first line, or what there was when the program ended. */
async function firstLine(stdout: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let text = "";
  // Leaving the loop cancels the stream: the servers print nothing more.
  for await (const chunk of stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes("\n")) break;
  }
  return text.split("\n")[0]!;
}
