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

/** Keeps what `logger` throws, such as for want of space on a disk, from those who only wanted to say something. */
export function guarded(logger: Logger): Logger {
  const guard = (level: keyof Logger) => (message: string, ...details: unknown[]) => {
    try {
      logger[level](message, ...details);
    } catch {
      // There is nowhere left to say so.
    }
  };
  return { debug: guard("debug"), info: guard("info"), warn: guard("warn"), error: guard("error") };
}

/** Says nothing. */
export const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };
