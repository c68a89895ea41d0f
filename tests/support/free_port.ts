// freePort(): a port for a program that cannot choose one and report it.

/** Returns a TCP port on 127.0.0.1 on which no program listens at the moment. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
