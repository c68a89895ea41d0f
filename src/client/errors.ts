// Errors of the client that callers can handle.

import { failureDetail } from "./failure_detail.ts";

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
  /**
   * The server's own words, such as the text that the hook of a service threw. Use it to show the reason to people:
   * `message` may begin with `Service "/arm/move" failed: `. If the response was not valid, the same as `message`.
   */
  readonly detail: string;

  /** Created by the client. `message` is the text from the server. */
  constructor(request: RequestKind, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.request = request;
    this.detail = failureDetail(message);
  }
}
