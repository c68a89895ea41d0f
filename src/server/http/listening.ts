// listen(): starts Deno's HTTP server.

/** The address to listen on, and the certificate and key for TLS. */
export interface ListenOptions {
  hostname: string;
  port: number;
  cert?: string;
  key?: string;
}

/**
 * Starts an HTTP server. `onError` answers a request if `handler` throws or returns a response that cannot be sent.
 * Deno also calls it when the body of a response fails while it is sent, and ignores its answer then.
 *
 * @throws {Error} When it cannot listen. Errors of the system have a `code`, such as `"EADDRINUSE"` when the port is in
 * use.
 */
export function listen(
  options: ListenOptions,
  handler: Deno.ServeHandler<Deno.NetAddr>,
  onError: (error: unknown) => Response,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    // Deno prints to the console unless onListen() and onError() are given.
    return Deno.serve({ ...options, onListen() {}, onError }, handler);
  } catch (cause) {
    const cannot = `Cannot listen on ${options.hostname}:${options.port}`;
    if (cause instanceof Deno.errors.AddrInUse) {
      // Without a cause, which would fill the terminal and say nothing more.
      throw Object.assign(new Deno.errors.AddrInUse(`${cannot}: the port is in use`), { code: "EADDRINUSE" });
    }
    // The error keeps its class, because callers distinguish errors by class.
    if (cause instanceof Error) cause.message = `${cannot}: ${cause.message}`;
    throw cause;
  }
}
