// AttackerProcess: the attacker of a stall scenario, in its own process.

import { lines } from "../../tests/support/program.ts";
import type { AttackerArgs, Figure } from "./stall_scenario.ts";

/** A longer attack fails. */
const LIMIT_MS = 45_000;

/** A running attacker. It is killed when it goes out of scope. */
export class AttackerProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncIterableIterator<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #stderr: Promise<string>;
  readonly #limit: ReturnType<typeof setTimeout>;

  /** Starts an attacker, and waits until its attack is prepared. */
  static async start(args: AttackerArgs): Promise<AttackerProcess> {
    const attacker = new AttackerProcess(args);
    try {
      await attacker.#line();
      return attacker;
    } catch (error) {
      await attacker[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(args: AttackerArgs) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", `${import.meta.dirname}/attacker.ts`, JSON.stringify(args)],
      env: { NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#lines = lines(this.#child.stdout);
    this.#input = this.#child.stdin.getWriter();
    this.#stderr = this.#child.stderr.text();
    this.#limit = setTimeout(() => this.#child.kill("SIGKILL"), LIMIT_MS);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Starts the attack. Resolves at its end, when the attacker's connections are still open. */
  async attack(): Promise<Figure[]> {
    await this.#input.write(new TextEncoder().encode("go\n"));
    return JSON.parse(await this.#line());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#limit);
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await Promise.allSettled([this.#input.abort(), Array.fromAsync(this.#lines), this.#stderr, this.#child.status]);
  }

  async #line(): Promise<string> {
    const { done, value } = await this.#lines.next();
    if (!done) return value;
    throw new Error(`The attacker ended: ${firstLine(await this.#stderr) || "it timed out"}`);
  }
}

/** The error's text, without source and stack. */
function firstLine(text: string): string {
  return text.split("\n")[0]!;
}
