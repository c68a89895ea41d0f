// How a server of the benchmark says where it listens, and how it ends.

/** No server lives longer, whatever becomes of the program that started it. */
const MAX_LIFE_MS = 120_000;

/** Prints the port on the first line. */
export function report(port: number): void {
  console.log(port);
  setTimeout(() => Deno.exit(1), MAX_LIFE_MS);
}
