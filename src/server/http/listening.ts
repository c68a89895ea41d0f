// Listening: starts Deno's HTTP server, and waits for promises with a time limit.

/** The address to listen on, and the certificate and key for TLS. */
export interface ListenOptions {
  hostname: string;
  port: number;
  cert?: string;
  key?: string;
}

/**
 * Starts an HTTP server. `onError` answers a request if `handler` throws or returns a response that cannot be sent. Deno also calls it when
 * the body of a response fails while it is sent, and ignores its answer then.
 *
 * @throws {Deno.errors.AddrInUse} When the port is in use.
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
      throw new Deno.errors.AddrInUse(`${cannot}: the port is in use`, { cause });
    }
    // The error keeps its class, because callers distinguish errors by class.
    if (cause instanceof Error) cause.message = `${cannot}: ${cause.message}`;
    throw cause;
  }
}

/** Waits until all promises are settled, but at most `ms` milliseconds. Always waits for one turn of the event loop. */
export async function settledWithin(ms: number, promises: readonly (Promise<unknown> | undefined)[]): Promise<void> {
  const { promise: tooLate, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  // Deno writes a frame to the network only in the next turn of the event loop.
  const turned = new Promise<void>((resolve) => setTimeout(resolve, 0));
  await Promise.race([Promise.allSettled([...promises, turned]), tooLate]);
  clearTimeout(timer);
  await turned;
}
