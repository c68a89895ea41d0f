// The one error that decoding throws, and its categories.

import type { ServiceId } from "./ids.ts";

/** What was wrong with the bytes. */
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

/** Options of {@linkcode ProtocolError}. */
export interface ProtocolErrorOptions extends ErrorOptions {
  /** See {@linkcode ProtocolError.op}. */
  op?: string;
  /** See {@linkcode ProtocolError.requestId}. */
  requestId?: string;
  /** See {@linkcode ProtocolError.serviceCall}. */
  serviceCall?: { serviceId: ServiceId; callId: number };
  /** See {@linkcode ProtocolError.assetRequestId}. */
  assetRequestId?: number;
}

/**
 * The peer sent something that the protocol does not allow.
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
 *   'Cannot read "subscribe": subscriptions[0].id must be an integer of 0 to 4294967295',
 * );
 * ```
 */
export class ProtocolError extends Error {
  /** Tells it from other errors where `instanceof` cannot. */
  override readonly name = "ProtocolError";
  /** The category, for programs; `message` is for people. */
  readonly code: ProtocolErrorCode;
  // Only declared, so that other errors lack the member altogether: a field would be there and undefined.
  /** The op of a text message that has an unusable member. */
  declare readonly op?: string;
  /** The id in a broken parameter request, or in its answer, if it could be read: its sender waits. */
  declare readonly requestId?: string;
  /** The call that a broken service request, or its answer, names, where its ids could be read: the caller waits. */
  declare readonly serviceCall?: { serviceId: ServiceId; callId: number };
  /** The request that a broken asset answer names, where its id could be read: who asked waits. */
  declare readonly assetRequestId?: number;

  /** Made by decoding. */
  constructor(code: ProtocolErrorCode, message: string, options: ProtocolErrorOptions = {}) {
    super(message, options);
    this.code = code;
    if (options.op !== undefined) this.op = options.op;
    if (options.requestId !== undefined) this.requestId = options.requestId;
    if (options.serviceCall) this.serviceCall = options.serviceCall;
    if (options.assetRequestId !== undefined) this.assetRequestId = options.assetRequestId;
  }
}
