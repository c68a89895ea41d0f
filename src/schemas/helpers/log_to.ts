// logTo(): a logger that also publishes its lines as foxglove.Log.

import type { Logger } from "../../logger.ts";
import { timeNs } from "../../time_ns.ts";
import { lineText } from "./line_text.ts";
import { type LogInit, LogLevel } from "../log.ts";

/** The destination of log lines, such as a channel with the schema `foxglove.Log`. */
export interface LogChannel {
  /** Publishes one line. Errors that it throws are reported to `logger`. */
  send(line: LogInit): void;
}

/** Options of {@linkcode logTo}. */
export interface LogToOptions {
  /**
   * The process or the node that writes the lines. Apps filter by it.
   *
   * @default {undefined} lines without a name
   */
  name?: string;
  /**
   * Also receives each line, with its details unchanged. `false`: nothing does.
   *
   * @default {console} all levels
   */
  logger?: Logger | false;
}

/**
 * Returns a logger that publishes each line on a channel as `foxglove.Log`, and also passes it on to `logger`.
 *
 * `debug()`, `info()`, `warn()` and `error()` have the levels 1 to 4 of the schema. The timestamp is the current time.
 * Further arguments are appended to the message: errors with their stacks and causes, other values as JSON. Each is cut
 * after 4096 characters. The fields `file` and `line` stay empty.
 *
 * Pass a function if the channel does not exist yet. It is called for each line. While it returns `undefined`, lines
 * only reach `logger`. So the server can use the logger that publishes on its own channel.
 *
 * The methods do not throw if the line cannot be published, for example because the channel is closed. They report it
 * once to `logger`, until a line can be published again. A line that is written while another one is being published,
 * for example by the server, only reaches `logger`. Otherwise such lines would cause each other without end.
 *
 * @example A server that publishes its own log
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { FoxgloveServer } from "@x/foxglove-ws";
 * import { Log, type LogChannel, logTo } from "@x/foxglove-ws/schemas";
 *
 * let channel: LogChannel | undefined = undefined;
 * const logger = logTo(() => channel, { name: "my robot", logger: false });
 * const server = new FoxgloveServer({ name: "my robot", logger });
 * logger.info("Not published: the channel does not exist yet");
 *
 * channel = server.channel("/log", Log, { latch: { depth: 100 } });
 * logger.error("Cannot read the battery", new Error("timeout"));
 * server.addChannel({ topic: "/pose", encoding: "xml" }); // no app reads XML: the server warns
 * assertEquals(server.stats().messagesPublished, 2);
 * ```
 *
 * @throws {TypeError} When `channel` is neither a function nor has the method `send()`.
 */
export function logTo(
  channel: LogChannel | (() => LogChannel | undefined),
  { name, logger = CONSOLE }: LogToOptions = {},
): Logger {
  const find = typeof channel === "function" ? channel : () => channel;
  if (typeof channel !== "function" && typeof channel?.send !== "function") {
    throw new TypeError("Cannot log to the channel: it is neither a function nor has a method send()");
  }
  // Returns the logger's result, so that its caller can handle the promise of an async logger.
  const passOn = withoutReentry((method: keyof Logger, message: string, details: readonly unknown[]): unknown =>
    logger && logger[method](message, ...details)
  );
  let hasFailed = false;
  const publish = withoutReentry((level: LogLevel, message: string, details: readonly unknown[]): void => {
    try {
      find()?.send({
        timestamp: timeNs(),
        level,
        message: lineText(message, details),
        ...(name !== undefined && { name }),
      });
      hasFailed = false;
    } catch (error) {
      const isFirst = !hasFailed;
      hasFailed = true;
      if (isFirst) passOn("error", "Cannot publish log lines", [error]);
    }
  });
  const write = (method: keyof Logger, level: LogLevel) => (message: string, ...details: unknown[]): unknown => {
    publish(level, message, details);
    return passOn(method, message, details);
  };
  return {
    debug: write("debug", LogLevel.DEBUG),
    info: write("info", LogLevel.INFO),
    warn: write("warn", LogLevel.WARNING),
    error: write("error", LogLevel.ERROR),
  };
}

/** Returns a function that does nothing while it is already running. */
function withoutReentry<Args extends unknown[], Result>(
  run: (...args: Args) => Result,
): (...args: Args) => Result | void {
  let isRunning = false;
  return (...args) => {
    if (isRunning) return;
    isRunning = true;
    try {
      return run(...args);
    } finally {
      isRunning = false;
    }
  };
}

/** Writes to the console. "%s" is needed because the text may contain format specifiers. */
const CONSOLE: Logger = {
  // deno-lint-ignore no-console
  debug: (message, ...details) => console.debug("%s", message, ...details),
  // deno-lint-ignore no-console
  info: (message, ...details) => console.info("%s", message, ...details),
  // deno-lint-ignore no-console
  warn: (message, ...details) => console.warn("%s", message, ...details),
  // deno-lint-ignore no-console
  error: (message, ...details) => console.error("%s", message, ...details),
};
