// Logger: the interface of a log.

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
