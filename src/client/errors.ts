// The errors of a client that a caller acts on.

/** Options of {@linkcode ConnectionClosedError}. */
export interface ConnectionClosedErrorOptions extends ErrorOptions {
  /** See {@linkcode ConnectionClosedError.code}. */
  code?: number | undefined;
  /** See {@linkcode ConnectionClosedError.reason}. */
  reason?: string | undefined;
}

/** There is no connection, or there is none any more: what was asked for cannot be had. */
export class ConnectionClosedError extends Error {
  /** Tells it from other errors where `instanceof` cannot. */
  override readonly name = "ConnectionClosedError";
  /** The WebSocket close code: 1001 from a server that stops, 1006 from a connection that was cut; absent where none came. */
  readonly code: number | undefined;
  /** What the server said when it closed the connection; often empty. */
  readonly reason: string | undefined;

  /** Made by the client. */
  constructor(message: string, options: ConnectionClosedErrorOptions = {}) {
    super(message, options);
    this.code = options.code;
    this.reason = options.reason;
  }
}

/** What a {@linkcode RequestError} was about: the method that was called. */
export type RequestKind = "callService" | "fetchAsset" | "getParameters" | "setParameters" | "playback";

/** The server answered a request by a failure. */
export class RequestError extends Error {
  /** Tells it from other errors where `instanceof` cannot. */
  override readonly name = "RequestError";
  /** The method that asked. */
  readonly request: RequestKind;

  /** Made by the client. */
  constructor(request: RequestKind, message: string) {
    super(message);
    this.request = request;
  }
}
