// ProtocolError: the error that decoding throws for an invalid message, and its codes.

import type { ServiceId } from "./ids.ts";

/** The reason why a message is invalid. */
export type ProtocolErrorCode =
  | "empty"
  | "unknown-opcode"
  | "truncated"
  | "bad-status"
  | "bad-command"
  | "invalid-utf8"
  | "invalid-json"
  | "not-an-object"
  | "missing-op"
  | "unknown-op"
  | "invalid-field";

/**
 * A message from the peer is invalid.
 *
 * @example
 * ```ts
 * import { decodeClientMessage, ProtocolError } from "@x/foxglove-ws/protocol";
 * import { assertThrows } from "@std/assert/throws";
 *
 * const text = '{"op":"subscribe","subscriptions":[{"id":-1,"channelId":4}]}';
 * assertThrows(
 *   () => decodeClientMessage(text),
 *   ProtocolError,
 *   'Cannot read "subscribe": subscriptions[0].id must be an integer from 0 to 4294967295',
 * );
 * ```
 */
export class ProtocolError extends Error {
  /** Distinguishes it from other errors where `instanceof` cannot, for example if the module is loaded twice. */
  override readonly name = "ProtocolError";
  /** The reason, for programs. `message` is for people. */
  readonly code: ProtocolErrorCode;
  // Only declared, so that these properties are missing if they do not apply. Class fields would exist and be
  // undefined.
  /** The op of a text message that has an invalid field. */
  declare readonly op?: string;
  /** The id of an invalid parameter request or response, if it could be read. The client waits for the response. */
  declare readonly requestId?: string;
  /** The ids of an invalid service call or response, if they could be read. The caller waits for the response. */
  declare readonly serviceCall?: { serviceId: ServiceId; callId: number };
  /** The request id of an invalid asset response, if it could be read. The client waits for the response. */
  declare readonly assetRequestId?: number;

  /** Decoding creates these errors. The options become the properties with the same names. */
  constructor(
    code: ProtocolErrorCode,
    message: string,
    options: ErrorOptions & {
      op?: string;
      requestId?: string;
      serviceCall?: { serviceId: ServiceId; callId: number };
      assetRequestId?: number;
    } = {},
  ) {
    super(message, options);
    this.code = code;
    if (options.op !== undefined) this.op = options.op;
    if (options.requestId !== undefined) this.requestId = options.requestId;
    if (options.serviceCall) this.serviceCall = options.serviceCall;
    if (options.assetRequestId !== undefined) this.assetRequestId = options.assetRequestId;
  }
}
