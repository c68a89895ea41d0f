// freePort(): a port for a program that cannot choose one and report it, or that restarts on the same port.

/** Systems choose ports from 32768 on, or from 49152 on, for programs that listen on port 0 and for connections. */
const FIRST = 20_000;
const COUNT = 12_000;

/** Returns a TCP port on 127.0.0.1 on which no program listens, and which the system gives to no other program. */
export function freePort(): number {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}
