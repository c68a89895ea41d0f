// Bodies of state and requests: messages of the Foxglove WebSocket protocol, as bytes.

import { decodeClientMessage, decodeServerMessage } from "../protocol/decode.ts";
import { encodeClientMessage, encodeServerMessage } from "../protocol/encode.ts";
import type { ClientMessage, ServerMessage } from "../protocol/messages.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Text messages are JSON objects. No opcode of the protocol has this value. */
const BRACE = "{".charCodeAt(0);

/** Encodes a message of a robot. */
export function encodeServerBody(message: ServerMessage): Uint8Array {
  return bytesOf(encodeServerMessage(message));
}

/** Encodes a message of an edge. */
export function encodeClientBody(message: ClientMessage): Uint8Array {
  return bytesOf(encodeClientMessage(message));
}

/** Decodes a message of a robot, or returns `undefined` if it is not valid. Bytes in the result are views of `body`. */
export function decodeServerBody(body: Uint8Array): ServerMessage | undefined {
  return attempt(() => decodeServerMessage(dataOf(body)));
}

/** Decodes a message of an edge, or returns `undefined` if it is not valid. Bytes in the result are views of `body`. */
export function decodeClientBody(body: Uint8Array): ClientMessage | undefined {
  return attempt(() => decodeClientMessage(dataOf(body)));
}

/** Parses JSON, or returns `undefined` if it is not an object. */
export function parseObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  const value = attempt(() => JSON.parse(decoder.decode(bytes)) as unknown);
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : undefined;
}

function bytesOf(message: string | Uint8Array): Uint8Array {
  return typeof message === "string" ? encoder.encode(message) : message;
}

function dataOf(body: Uint8Array): string | Uint8Array<ArrayBuffer> {
  return body[0] === BRACE ? decoder.decode(body) : body as Uint8Array<ArrayBuffer>;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
