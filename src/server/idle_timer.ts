// The timer of a lost connection, which Deno leaves running.

/**
 * Ends the timer with which Deno pings a client that is silent, once its socket is closed.
 *
 * Deno (2.9) does so itself only where the connection ended in good order. Of one that was cut, the timer runs on for half of
 * the idle timeout: it keeps a process alive that has nothing more to do, and 12 kB of each client that is gone, which is
 * much in a flood of them. There is no public way to it. Where Deno has changed what this takes, nothing happens.
 */
export function endIdleTimer(socket: WebSocket): void {
  const idleTimeout = symbolOf(socket, "[[idleTimeout]]");
  const restart = symbolOf(Object.getPrototypeOf(socket), "[[serverHandleIdleTimeout]]");
  if (!idleTimeout || !restart || socket.readyState !== WebSocket.CLOSED) return;
  const internals = socket as unknown as Record<symbol, unknown>;
  if (typeof internals[idleTimeout] !== "number" || typeof internals[restart] !== "function") return;
  // Restarting cancels the timer that runs; the new one is due at once, and finds a closed socket.
  internals[idleTimeout] = Number.MIN_VALUE;
  internals[restart]();
}

function symbolOf(object: object, description: string): symbol | undefined {
  return Object.getOwnPropertySymbols(object).find((symbol) => symbol.description === description);
}
