// RefusalError: the error that a hook throws to reject a request.

/**
 * A hook throws this error to reject a request. The client receives the message. The server logs a warning of one line,
 * with the message and the messages of the causes.
 *
 * Any other error counts as a failure of the hook. The client receives its message too, but the server logs the error
 * with its stack.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { FoxgloveServer, RefusalError } from "@x/foxglove-ws";
 *
 * const server = new FoxgloveServer({
 *   name: "my robot",
 *   capabilities: ["assets"],
 *   listener: {
 *     onFetchAsset(_server, uri) {
 *       throw new RefusalError(`there is no asset "${uri}"`);
 *     },
 *   },
 * });
 * assertEquals(server.clients.size, 0);
 * ```
 */
export class RefusalError extends Error {
  /** Always `"RefusalError"`. */
  override readonly name = "RefusalError";
}
