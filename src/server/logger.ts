// Logger: the interface of the server's log, the default loggers, and the queue before them.

import type { CallQueue } from "../call_queue.ts";
import { onOneLine, safeDetail } from "./log_text.ts";

/**
 * Receives the server's log lines. `console` is a valid logger. The server does not log payloads, but errors of hooks
 * may contain them.
 *
 * Each message is one line. Control characters and line breaks are escaped, because peers choose some of the text, for
 * example their origin or the URI of an asset. Errors that hooks throw are passed as a detail, with their stacks. If
 * their texts need escaping, the detail is a copy. Lines that peers can cause as often as they like are limited: some
 * are left out, and a later line says how many.
 *
 * A logger may call the server, for example to publish its lines on a channel. Such messages do not cause log lines. If
 * they are dropped, `ServerStats` counts them.
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
  /** Details that help to find a fault, such as the status of a rejected request. */
  debug(message: string, ...details: unknown[]): void;
  /** Normal events, such as a client that connected or disconnected. */
  info(message: string, ...details: unknown[]): void;
  /** Problems that need attention, such as a schema that apps reject or a client that reads too slowly. */
  warn(message: string, ...details: unknown[]): void;
  /** Failures, such as a hook that threw. */
  error(message: string, ...details: unknown[]): void;
}

/**
 * Wraps the user's logger. The server writes all its lines through this wrapper, which escapes them.
 *
 * Lines are queued like hooks, because a logger may call the server, for example to publish the lines on a channel.
 * Lines that such a call would cause are left out, because they would cause further calls without end. Errors that
 * `logger` throws are ignored.
 */
export function queuedLogger(logger: Logger, calls: CallQueue): Logger {
  let isLogging = false;
  const write = (level: keyof Logger) => (message: string, ...details: unknown[]) => {
    if (isLogging) return;
    calls.add(() => {
      isLogging = true;
      try {
        const result: unknown = logger[level](onOneLine(message), ...details.map(safeDetail));
        // A logger must return nothing, but the compiler also accepts an async function.
        if (result !== undefined) Promise.resolve(result).catch(() => {});
      } catch {
        // The logger itself failed, so the error cannot be reported.
      } finally {
        isLogging = false;
      }
    });
  };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}

/** Writes nothing. Used for `logger: false`. */
export const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Writes warnings and errors to the console. Used if the program does not choose a logger, so that users still see
 * rejected origins, schemas that apps reject, and hooks that fail.
 */
export const CONSOLE: Logger = {
  debug() {},
  info() {},
  // "%s" is needed because the text may contain format specifiers.
  // deno-lint-ignore no-console
  warn: (message, ...details) => console.warn("%s", `foxglove-ws: ${message}`, ...details),
  // deno-lint-ignore no-console
  error: (message, ...details) => console.error("%s", `foxglove-ws: ${message}`, ...details),
};
