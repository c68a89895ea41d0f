// Errors of the client that callers can handle.

/** The operation failed because the client is not connected, or because it lost the connection. */
export class ConnectionClosedError extends Error {
  /** Identifies this error where `instanceof` does not work, such as across realms. */
  override readonly name = "ConnectionClosedError";
  /**
   * The WebSocket close code, such as 1001 (the server stops) or 1006 (the connection broke); `undefined` if there is
   * none.
   */
  readonly code: number | undefined;
  /** The reason that the server gave when it closed the connection; often empty. */
  readonly reason: string | undefined;

  /** Created by the client. */
  constructor(
    message: string,
    options: { code?: number | undefined; reason?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, options);
    this.code = options.code;
    this.reason = options.reason;
  }
}

/** The client method that a {@linkcode RequestError} belongs to. */
export type RequestKind = "callService" | "fetchAsset" | "getParameters" | "setParameters" | "controlPlayback";

/** The server reported that a request failed. */
export class RequestError extends Error {
  /** Identifies this error where `instanceof` does not work, such as across realms. */
  override readonly name = "RequestError";
  /** The method that sent the request. */
  readonly request: RequestKind;

  /** Created by the client. */
  constructor(request: RequestKind, message: string) {
    super(message);
    this.request = request;
  }
}
