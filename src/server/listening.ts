// Listening: the HTTP server underneath, and how long to wait for its end.

/** Where and how to listen. */
export interface ListenOptions {
  hostname: string;
  port: number;
  cert?: string;
  key?: string;
}

/**
 * Begins to answer HTTP requests. `onError` answers one for which `handler` throws or returns a response that cannot be sent. It is also
 * called when the body of a response fails while it is sent; its answer is ignored then.
 *
 * @throws {Deno.errors.AddrInUse} When something else listens on the port.
 */
export function listen(
  options: ListenOptions,
  handler: Deno.ServeHandler<Deno.NetAddr>,
  onError: (error: unknown) => Response,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    // Without onListen() and onError() Deno prints lines.
    return Deno.serve({ ...options, onListen() {}, onError }, handler);
  } catch (cause) {
    const cannot = `Cannot listen on ${options.hostname}:${options.port}`;
    if (cause instanceof Deno.errors.AddrInUse) {
      throw new Deno.errors.AddrInUse(`${cannot}: the port is in use`, { cause });
    }
    // Of whatever class it is, callers tell it apart by that.
    if (cause instanceof Error) cause.message = `${cannot}: ${cause.message}`;
    throw cause;
  }
}

/** Resolves when all are settled, after a macrotask at the earliest, and after `ms` at the latest. */
export async function settledWithin(ms: number, promises: readonly (Promise<unknown> | undefined)[]): Promise<void> {
  const { promise: tooLate, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  // A frame that was just sent leaves only when the event loop turns.
  const turned = new Promise<void>((resolve) => setTimeout(resolve, 0));
  await Promise.race([Promise.allSettled([...promises, turned]), tooLate]);
  clearTimeout(timer);
  await turned;
}
