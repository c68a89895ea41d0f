// endIdleTimer(): stops a timer that Deno leaves running for a lost connection.

/** The value of `readyState` of a closed socket. */
const CLOSED = 3;

/**
 * Stops the timer with which Deno pings a silent client, after its socket has closed.
 *
 * Deno (2.9) only stops this timer if the connection was closed cleanly. If the connection was lost, the timer runs for
 * another half of the idle timeout. It keeps the process alive, and 12 kB of memory for each lost client, which is a
 * lot after a flood of clients. Deno has no public API for this. If Deno's internals have changed, this function does
 * nothing.
 */
export function endIdleTimer(socket: { readonly readyState: number }): void {
  const idleTimeout = symbolOf(socket, "[[idleTimeout]]");
  const restart = symbolOf(Object.getPrototypeOf(socket), "[[serverHandleIdleTimeout]]");
  if (!idleTimeout || !restart || socket.readyState !== CLOSED) return;
  const internals = socket as unknown as Record<symbol, unknown>;
  if (typeof internals[idleTimeout] !== "number" || typeof internals[restart] !== "function") return;
  // Restarting cancels the running timer. The new timer fires at once and finds a closed socket.
  internals[idleTimeout] = Number.MIN_VALUE;
  internals[restart]();
}

function symbolOf(object: object, description: string): symbol | undefined {
  return Object.getOwnPropertySymbols(object).find((symbol) => symbol.description === description);
}
