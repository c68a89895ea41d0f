// The default loggers of a server, and the queue before its logger.

import type { CallQueue } from "../call_queue.ts";
import type { Logger } from "../logger.ts";
import { onOneLine, safeDetail } from "./log_text.ts";

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
