// runCancellable(): runs a program's main function until it ends or a signal asks it to end.

import { RunningServers } from "./running_servers.ts";

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
 * A `main` that declares no parameter cannot see the signal. Then all servers that were started during the run are closed 300 ms after the
 * first signal: their clients get close code 1001, `server.closed` resolves, and `sendMessage()` on them throws the signal's reason. Until
 * the run ends, that error is swallowed wherever it surfaces: in `main`, in a timer, or in a promise that is not awaited.
 *
 * One Ctrl-C may arrive several times, from the terminal and from each task runner in between. The same signal again
 * within 50 ms is therefore ignored, also when `main` has ended since.
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
 * @example The shortest program that ends properly
 * ```ts ignore
 * await runCancellable(async () => {
 *   const server = new FoxgloveServer({ name: "robot" });
 *   server.start();
 *   await server.closed;
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
 * @param main What to run. A result that it returns after the abort still counts. Whether it declares a parameter is told by
 * `main.length`, which does not count rest parameters and those with a default.
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
  const cancellation = new Cancellation(graceMs, main.length === 0);
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
  } finally {
    cancellation.end();
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

/** How long a `main` that cannot see the signal may take to end by itself, before its servers are closed. */
const CLOSE_SERVERS_AFTER_MS = 300;

/** The timer that ends the process, from the first signal until the next run. */
let deadline: ReturnType<typeof setTimeout> | undefined;

/** The last signal that cancelled a run. Its echo may arrive after that run has ended, or during the next one. */
let lastSignal: { name: Deno.Signal; at: number } | undefined;

/** One run's handlers and its abort. */
class Cancellation {
  readonly #graceMs: number;
  readonly #controller = new AbortController();
  readonly #servers: RunningServers | undefined;
  readonly #cleanUp: (() => void)[] = [];
  #isCancelled = false;
  #hasEnded = false;

  constructor(graceMs: number, closesServers: boolean) {
    this.#graceMs = graceMs;
    if (!closesServers) return;
    this.#servers = new RunningServers();
    // Listened to from the start: a `main` that cannot see the signal may send from anywhere.
    for (const type of ["error", "unhandledrejection"] as const) {
      const swallow = (event: Event) => this.#swallow(event);
      globalThis.addEventListener(type, swallow);
      this.#cleanUp.push(() => globalThis.removeEventListener(type, swallow));
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  listen(name: Deno.Signal, code: number): void {
    const handler = () => this.#receive(name, code);
    Deno.addSignalListener(name, handler);
    this.#cleanUp.push(() => {
      const remove = () => Deno.removeSignalListener(name, handler);
      const echoMs = echoTimeLeft(name);
      // Without a listener, the echo of the signal that has just ended the run would kill the process.
      if (echoMs > 0) Deno.unrefTimer(setTimeout(remove, echoMs));
      else remove();
    });
  }

  explains(error: unknown): boolean {
    const { aborted, reason } = this.signal;
    return aborted && (error === reason || (error instanceof Error && error.name === "AbortError"));
  }

  /** Ends the run: `main` has ended. */
  end(): void {
    this.#hasEnded = true;
    for (const cleanUp of this.#cleanUp) cleanUp();
    this.#servers?.[Symbol.dispose]();
  }

  #receive(name: Deno.Signal, code: number): void {
    if (echoTimeLeft(name) > 0) return;
    if (this.#isCancelled) Deno.exit(code);
    lastSignal = { name, at: performance.now() };
    this.#isCancelled = true;
    this.#startGrace(code);
    const reason = new DOMException(`Received ${name}`, "AbortError");
    this.#controller.abort(reason);
    if (this.#servers) this.#closeServersLater(this.#servers, reason);
  }

  #closeServersLater(servers: RunningServers, reason: unknown): void {
    const timer = setTimeout(() => servers.cancel(reason), CLOSE_SERVERS_AFTER_MS);
    this.#cleanUp.push(() => clearTimeout(timer));
  }

  /** Keeps the reason of the abort from ending the process, when it surfaces outside of `main`. */
  #swallow(event: Event): void {
    const { error, reason } = event as Event & { error?: unknown; reason?: unknown };
    if (this.signal.aborted && (error ?? reason) === this.signal.reason) event.preventDefault();
  }

  #startGrace(code: number): void {
    if (this.#graceMs > MAX_TIMER_MS) return;
    // Once main has ended as it should, the code is that of an end by itself: 0, or what the program set.
    deadline = setTimeout(() => this.#hasEnded ? Deno.exit() : Deno.exit(code), this.#graceMs);
    Deno.unrefTimer(deadline);
  }
}

/** How long, in ms, this signal may still be an echo of the last one. */
function echoTimeLeft(name: Deno.Signal): number {
  return lastSignal?.name === name ? lastSignal.at + ECHO_MS - performance.now() : 0;
}
