// Logger: where the server says what happens to it.

import type { CallQueue } from "./call_queue.ts";
import { onOneLine, safeDetail } from "./log_text.ts";

/**
 * Takes the server's log lines; `console` fits. No line holds a payload.
 *
 * Each message is one line. Control characters and line breaks are escaped, because peers choose some of the text, for example their origin
 * or the URI of an asset. Errors that hooks throw are passed as a detail, with their stacks. If their texts need escaping, the detail is a
 * copy. Lines that peers can cause at will are limited: some are left out, and a later line says how many.
 *
 * A logger may call the server, for example to publish its lines on a channel. Such messages cause no log lines. Their drops are counted in
 * `ServerStats`.
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

/**
 * The logger that the server itself writes to.
 *
 * Lines are queued like hooks, because a logger may call the server, for example to publish the lines on a channel. A line that such a
 * message would cause is left out: it would cause another message, without an end. What `logger` throws is ignored. All lines pass here, so
 * here they are escaped.
 */
export function queuedLogger(logger: Logger, calls: CallQueue): Logger {
  let isLogging = false;
  const write = (level: keyof Logger) => (message: string, ...details: unknown[]) => {
    if (isLogging) return;
    calls.add(() => {
      isLogging = true;
      try {
        const result: unknown = logger[level](onOneLine(message), ...details.map(safeDetail));
        // It is to return nothing, but the compiler takes an async function for one that does.
        if (result !== undefined) Promise.resolve(result).catch(() => {});
      } catch {
        // There is no other place to report it.
      } finally {
        isLogging = false;
      }
    });
  };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}

/** Writes nothing: `logger: false`. */
export const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Writes warnings and errors to the console. They must not be invisible to a program that has not chosen a logger: a refused origin, a schema
 * that apps refuse, a hook that fails.
 */
export const CONSOLE: Logger = {
  debug() {},
  info() {},
  // With a format of our own: the text may contain what the console would take for one.
  // deno-lint-ignore no-console
  warn: (message, ...details) => console.warn("%s", `foxglove-ws: ${message}`, ...details),
  // deno-lint-ignore no-console
  error: (message, ...details) => console.error("%s", `foxglove-ws: ${message}`, ...details),
};
