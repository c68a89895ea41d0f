// runCancellable(): runs a program's main function until it ends or a signal asks it to end.

/** What {@linkcode runCancellable} listens to, and how long it waits. */
export interface RunCancellableOptions {
  /**
   * The signals that cancel; an empty list for none.
   *
   * @default {["SIGINT", "SIGTERM"]} on Windows `["SIGINT", "SIGBREAK"]`
   */
  signals?: readonly Deno.Signal[];
  /**
   * Milliseconds that the process has for its clean-up after the first signal, before it is ended. Raise it for
   * work that must be finished, lower it where a supervisor kills sooner; `Infinity` waits for as long as it takes.
   *
   * @default {5000}
   */
  graceMs?: number;
}

/**
 * Runs `main` and cancels it on SIGINT (Ctrl-C) or SIGTERM, so that its `finally` blocks and `await using` run: what
 * Python's `run_cancellable` does.
 *
 * The first signal aborts `main`'s {@linkcode AbortSignal}. When `main` then rejects with the signal's reason, or with
 * any `AbortError`, that is the expected end, and the result is `undefined`; every other rejection passes through. The
 * second signal, or the end of `graceMs` before `main` has ended, ends the process at once with 128 + the signal's
 * number, as shells count: 130 for SIGINT, 143 for SIGTERM.
 *
 * One Ctrl-C may arrive several times, from the terminal and from each task runner in between. The same signal again
 * within 50 ms therefore counts as the same one.
 *
 * Needs no permission. The handlers are gone when `main` has ended, and neither they nor the wait for `graceMs` keep
 * the process alive. That wait goes on after `main` has ended: what it left behind, such as the socket of a client that
 * has stopped reading, which nothing can close, does not keep a cancelled process alive either; its code is then
 * `Deno.exitCode`, 0 unless it was set. Another
 * `runCancellable()` ends the wait; for other work after a cancelled run, give an endless `graceMs`.
 *
 * @example A producer that cleans up
 * ```ts ignore
 * await runCancellable(async (signal) => {
 *   await using server = new FoxgloveServer({ name: "robot" });
 *   server.start();
 *   while (true) {
 *     await delay(200, { signal });
 *     // …
 *   }
 * });
 * ```
 *
 * @example A main that ends by itself
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { runCancellable } from "@x/foxglove-ws";
 *
 * assertEquals(await runCancellable(() => Promise.resolve("done")), "done");
 * ```
 *
 * @param main What to run. A result that it returns after the abort still counts.
 * @returns What `main` returned; `undefined` if it was cancelled.
 * @throws {RangeError} If `graceMs` is negative or not a number, or a signal is none of SIGHUP, SIGINT, SIGQUIT,
 * SIGTERM and SIGBREAK.
 */
export async function runCancellable<T>(
  main: (signal: AbortSignal) => Promise<T>,
  options: RunCancellableOptions = {},
): Promise<T | undefined> {
  const { signals = DEFAULT_SIGNALS, graceMs = 5000 } = options;
  if (!(graceMs >= 0)) {
    throw new RangeError(`Cannot run main: graceMs must be zero or more, got ${graceMs}`);
  }
  const codes = new Map(signals.map((name) => [name, exitCode(name)]));

  clearTimeout(deadline);
  using cancellation = new Cancellation(graceMs);
  for (const [name, code] of codes) {
    cancellation.listen(name, code);
  }
  try {
    return await main(cancellation.signal);
  } catch (error) {
    if (cancellation.explains(error)) {
      return undefined;
    }
    throw error;
  }
}

const DEFAULT_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM"];

// Those that ask a process to end and have the same number on every system.
const SIGNAL_NUMBERS: Partial<Record<Deno.Signal, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGTERM: 15,
  SIGBREAK: 21,
};

function exitCode(name: Deno.Signal): number {
  const number = SIGNAL_NUMBERS[name];
  if (number === undefined) {
    throw new RangeError(`Cannot run main: signal "${name}" is none of ${Object.keys(SIGNAL_NUMBERS).join(", ")}`);
  }
  return 128 + number;
}

// `deno task` and `npx` pass on the Ctrl-C that the terminal has already sent to every process in front: measured, one
// press comes up to three times within 0.5 ms. Fifty leave room for a busy machine, and nobody types that fast.
const ECHO_MS = 50;

// Timers count their delay in 31 bits (24.8 days) and take anything longer for 1 ms. That long is endless.
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The timer that ends the process, from the first signal until the next run. */
let deadline: ReturnType<typeof setTimeout> | undefined;

/** One run's handlers and its abort. */
class Cancellation implements Disposable {
  readonly #graceMs: number;
  readonly #controller = new AbortController();
  readonly #cleanUp = new DisposableStack();
  #first: { name: Deno.Signal; at: number } | undefined;
  #hasEnded = false;

  constructor(graceMs: number) {
    this.#graceMs = graceMs;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  listen(name: Deno.Signal, code: number): void {
    const handler = () => this.#receive(name, code);
    Deno.addSignalListener(name, handler);
    this.#cleanUp.defer(() => Deno.removeSignalListener(name, handler));
  }

  explains(error: unknown): boolean {
    const { aborted, reason } = this.signal;
    return aborted && (error === reason || (error instanceof Error && error.name === "AbortError"));
  }

  #receive(name: Deno.Signal, code: number): void {
    const now = performance.now();
    if (this.#first === undefined) {
      this.#first = { name, at: now };
      this.#startGrace(code);
      this.#controller.abort(new DOMException(`Received ${name}`, "AbortError"));
    } else if (name !== this.#first.name || now - this.#first.at > ECHO_MS) {
      Deno.exit(code);
    }
  }

  #startGrace(code: number): void {
    if (this.#graceMs > MAX_TIMER_MS) return;
    // Once main has ended as it should, the code is that of an end by itself: 0, or what the program set.
    deadline = setTimeout(() => this.#hasEnded ? Deno.exit() : Deno.exit(code), this.#graceMs);
    Deno.unrefTimer(deadline);
  }

  [Symbol.dispose](): void {
    this.#hasEnded = true;
    this.#cleanUp.dispose();
  }
}
