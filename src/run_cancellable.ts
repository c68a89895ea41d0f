// runCancellable(): runs a program's main function until it ends or a signal cancels it.

import { CLOCK, type Clock } from "./clock.ts";
import { MACHINE_CLOCK } from "./machine_clock.ts";
import { PLATFORM } from "./platform.ts";
import { RunningServers } from "./running_servers.ts";

/** A signal that asks a process to end. Windows has only SIGINT and SIGBREAK. */
export type TerminationSignal = "SIGHUP" | "SIGINT" | "SIGQUIT" | "SIGTERM" | "SIGBREAK";

/** Options of {@linkcode runCancellable}. */
export interface RunCancellableOptions {
  /**
   * The signals that cancel `main`. An empty list disables cancellation.
   *
   * @default {["SIGINT", "SIGTERM"]} on Windows `["SIGINT", "SIGBREAK"]`
   */
  signals?: readonly TerminationSignal[];
  /**
   * How long the process may take to clean up after the first signal, in milliseconds. Then the process says on stderr
   * what it waits for, and exits. Raise it if work must be finished. Lower it if a supervisor kills the process sooner.
   * `Infinity` waits without a limit.
   *
   * @default {5000}
   */
  graceMs?: number;
}

/**
 * Runs `main` and cancels it on SIGINT (Ctrl-C) or SIGTERM, so that its `finally` blocks and `await using` run. Does
 * the same as Python's `run_cancellable`.
 *
 * The first signal aborts the {@linkcode AbortSignal} that `main` receives. If `main` then rejects with the reason of
 * that abort, or with any `AbortError`, the result is `undefined`. Every other rejection is passed on. The process ends
 * at once after a second signal, or if `main` is still running when `graceMs` has passed. The exit code is then 128
 * plus the signal's number: 130 for SIGINT, 143 for SIGTERM.
 *
 * A `main` without parameters cannot see the abort. In this case, all servers that were started during the run are
 * closed 300 ms after the first signal. Their clients get close code 1001, `server.closed` resolves, and
 * `sendMessage()` on them throws the reason of the abort. Until the run ends, that error is ignored everywhere: in
 * `main`, in a timer, or in a promise that is not awaited.
 *
 * One Ctrl-C may arrive several times, from the terminal and from each task runner in between. Therefore the same
 * signal is ignored if it arrives again within 50 ms, even if `main` has ended in the meantime.
 *
 * Needs no permission. The signal handlers are removed when `main` ends, or up to 50 ms later if a signal has just
 * arrived. Neither they nor the timer of `graceMs` keep the process alive.
 *
 * After a cancelled run, the process exits at the latest when `graceMs` has passed, even if `main` left something open.
 * An example is the socket of a client that has stopped reading, because such a socket cannot be closed. The exit code
 * is then `Deno.exitCode` or `process.exitCode`, which is 0 unless the program has set it. Another call of
 * `runCancellable()` cancels this exit. For other work after a cancelled run, set `graceMs` to `Infinity`.
 *
 * @example A program that cleans up
 * ```ts ignore
 * await runCancellable(async (signal) => {
 *   await using server = new FoxgloveServer({ name: "robot" });
 *   await server.start();
 *   while (true) {
 *     await delay(200, { signal });
 *     // …
 *   }
 * });
 * ```
 *
 * @example The shortest program that shuts down properly
 * ```ts ignore
 * await runCancellable(async () => {
 *   const server = new FoxgloveServer({ name: "robot" });
 *   await server.start();
 *   await server.closed;
 * });
 * ```
 *
 * @example A `main` that ends by itself
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { runCancellable } from "@x/foxglove-ws";
 *
 * assertEquals(await runCancellable(() => Promise.resolve("done")), "done");
 * ```
 *
 * @param main The function to run. A result that it returns after the abort is returned as usual. Servers are closed if
 * `main.length` is 0: rest parameters and parameters with a default do not count.
 * @returns The result of `main`, or `undefined` if it was cancelled.
 * @throws {RangeError} If `graceMs` is negative or not a number, or if a signal is not one of SIGHUP, SIGINT, SIGQUIT,
 * SIGTERM and SIGBREAK.
 */
export async function runCancellable<T>(
  main: (signal: AbortSignal) => Promise<T>,
  options: RunCancellableOptions = {},
): Promise<T | undefined> {
  const { signals = DEFAULT_SIGNALS, graceMs = 5000 } = options;
  const { [CLOCK]: clock = MACHINE_CLOCK } = options as { [CLOCK]?: Clock };
  if (!(graceMs >= 0)) {
    throw new RangeError(`Cannot run main: graceMs must be zero or more, got ${graceMs}`);
  }
  const codes = new Map(signals.map((name) => [name, exitCode(name)]));

  cancelDeadline?.();
  const cancellation = new Cancellation(graceMs, main.length === 0, clock);
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

const DEFAULT_SIGNALS: readonly TerminationSignal[] = PLATFORM.isWindows
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM"];

// The signals that request termination and have the same number on every system.
const SIGNAL_NUMBERS: Record<TerminationSignal, number> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGTERM: 15,
  SIGBREAK: 21,
};

function exitCode(name: TerminationSignal): number {
  const number = SIGNAL_NUMBERS[name];
  if (number === undefined) {
    throw new RangeError(`Cannot run main: signal "${name}" is not one of ${Object.keys(SIGNAL_NUMBERS).join(", ")}`);
  }
  return 128 + number;
}

// The terminal sends Ctrl-C to every foreground process, and `deno task` and `npx` forward it again. Measured: one
// press arrives up to three times within 0.5 ms. 50 ms leave a margin for a busy machine, and are shorter than two
// deliberate key presses.
const ECHO_MS = 50;

// Timers store their delay in 31 bits (24.8 days) and treat a longer delay as 1 ms. A longer `graceMs` is treated as
// unlimited.
const MAX_TIMER_MS = 2 ** 31 - 1;

/** How long a `main` that cannot see the abort may take to end by itself before its servers are closed. */
const CLOSE_SERVERS_AFTER_MS = 300;

/** The timer that ends the process. It starts with the first signal; the next run stops it. */
let cancelDeadline: (() => void) | undefined;

/**
 * The last signal that cancelled a run. The same signal may arrive again after that run has ended, or during the next
 * run.
 */
let lastSignal: { name: TerminationSignal; at: number } | undefined;

/** The signal handlers and the abort controller of one run. */
class Cancellation {
  readonly #graceMs: number;
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  readonly #servers: RunningServers | undefined;
  readonly #cleanUp: (() => void)[] = [];
  #isCancelled = false;
  #hasEnded = false;

  constructor(graceMs: number, closesServers: boolean, clock: Clock) {
    this.#graceMs = graceMs;
    this.#clock = clock;
    if (!closesServers) return;
    this.#servers = new RunningServers();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  listen(name: TerminationSignal, code: number): void {
    const handler = () => this.#receive(name, code);
    const remove = PLATFORM.onSignal(name, handler);
    this.#cleanUp.push(() => {
      const echoMs = echoTimeLeft(name, this.#clock);
      // Without a listener, a repetition of the signal that has just ended the run would kill the process.
      if (echoMs > 0) this.#clock.after(echoMs, remove);
      else remove();
    });
  }

  explains(error: unknown): boolean {
    const { aborted, reason } = this.signal;
    return aborted && (error === reason || (error instanceof Error && error.name === "AbortError"));
  }

  /** Removes the handlers and releases the servers. Must be called when `main` has ended. */
  end(): void {
    this.#hasEnded = true;
    for (const cleanUp of this.#cleanUp) cleanUp();
    this.#servers?.[Symbol.dispose]();
  }

  #receive(name: TerminationSignal, code: number): void {
    if (echoTimeLeft(name, this.#clock) > 0) return;
    if (this.#isCancelled) PLATFORM.exit(code);
    lastSignal = { name, at: this.#clock.now() };
    this.#isCancelled = true;
    this.#startGrace(code);
    const reason = new DOMException(`Received ${name}`, "AbortError");
    this.#controller.abort(reason);
    if (this.#servers) this.#closeServersLater(this.#servers, reason);
  }

  #closeServersLater(servers: RunningServers, reason: unknown): void {
    const close = () => servers.cancel(reason);
    this.#cleanUp.push(this.#clock.after(CLOSE_SERVERS_AFTER_MS, close, { keepsAlive: true }));
    // A `main` that cannot see the abort may send from anywhere: then the reason of the abort is thrown outside of it.
    this.#cleanUp.push(PLATFORM.ignoreUncaught((error) => error === reason));
  }

  #startGrace(code: number): void {
    if (this.#graceMs > MAX_TIMER_MS) return;
    cancelDeadline = this.#clock.after(this.#graceMs, () => {
      const what = this.#hasEnded
        ? "something still runs after main has ended: close servers and clients"
        : "main has not ended: pass its signal to everything that it waits for";
      // deno-lint-ignore no-console
      console.error(`foxglove-ws: exits ${this.#graceMs} ms after the signal, because ${what}`);
      // If `main` has ended, the exit code is that of a normal exit: 0, or the code that the program has set.
      PLATFORM.exit(this.#hasEnded ? undefined : code);
    });
  }
}

/** How many milliseconds remain in which this signal counts as a repetition of the last one. */
function echoTimeLeft(name: TerminationSignal, clock: Clock): number {
  return lastSignal?.name === name ? lastSignal.at + ECHO_MS - clock.now() : 0;
}
