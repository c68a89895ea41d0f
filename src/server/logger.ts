// Logger: where the server says what happens to it.

/**
 * Takes the server's log lines; `console` fits. No line holds a payload.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { FoxgloveServer, type Logger } from "@x/foxglove-ws";
 *
 * const lines: string[] = [];
 * const log = (message: string) => void lines.push(message);
 * const logger: Logger = { debug: log, info: log, warn: log, error: log };
 *
 * const server = new FoxgloveServer({ name: "quiet robot", logger });
 * server.addChannel({ topic: "/pose", encoding: "xml" });
 * assertEquals(lines.length, 1); // no app reads XML: a warning
 * ```
 */
export interface Logger {
  /** What only somebody who looks for a fault wants to know. */
  debug(message: string, ...details: unknown[]): void;
  /** What happens in normal operation: a client came or went. */
  info(message: string, ...details: unknown[]): void;
  /** What will probably not work as it was meant. */
  warn(message: string, ...details: unknown[]): void;
  /** What failed, such as a hook that threw. */
  error(message: string, ...details: unknown[]): void;
}

/** Says nothing. */
export const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };
