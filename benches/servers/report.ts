// report(): prints the port of a benchmark server, and limits its lifetime.

/** The server exits after this time, even if the program that started it has crashed. */
const MAX_LIFE_MS = 120_000;

/** Prints the port on the first line. */
export function report(port: number): void {
  console.log(port);
  setTimeout(() => Deno.exit(1), MAX_LIFE_MS);
}
