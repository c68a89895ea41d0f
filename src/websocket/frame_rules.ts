// The rules for the headers of a client's frames.

import { Opcode } from "./frame_header.ts";

/** The bit of the last frame of a message, in the first byte. */
export const FIN_BIT = 0x80;
/** The bit of a compressed message, in the first byte of its first frame. */
export const RSV1_BIT = 0x40;
const OTHER_RSV_BITS = 0x30;
const OPCODE_BITS = 0x0f;
const MASK_BIT = 0x80;
const LENGTH_BITS = 0x7f;
/** Control frames are never longer, so their length is always in the second byte. */
const MAX_CONTROL_BYTES = 125;
/** In the second byte: the length is in the next 2 bytes. */
const LENGTH_16 = 126;
/** In the second byte: the length is in the next 8 bytes. */
const LENGTH_64 = 127;

/** Returns the opcode in the first byte of a frame, which may be unknown. */
export function opcodeOf(first: number): number {
  return first & OPCODE_BITS;
}

/** Whether an opcode is that of a control frame, known or not. */
export function isControl(opcode: number): boolean {
  return opcode >= Opcode.CLOSE;
}

/**
 * Returns the reason why a client must not send a frame that begins with these two bytes (RFC 6455, sections 5.2, 5.4
 * and 5.5; RFC 7692, section 6), or `undefined`.
 *
 * @param isInMessage Whether fragments of a message have arrived, but not the last one.
 * @param mayCompress Whether the handshake negotiated compression.
 */
export function findFrameFault(
  first: number,
  second: number,
  isInMessage: boolean,
  mayCompress: boolean,
): string | undefined {
  const opcode = opcodeOf(first);
  if ((first & OTHER_RSV_BITS) !== 0) return "A reserved bit is set";
  if ((second & MASK_BIT) === 0) return "The frame is not masked";
  if ((first & RSV1_BIT) !== 0) {
    if (!mayCompress) return "A message is compressed, but compression was not negotiated";
    if (opcode !== Opcode.TEXT && opcode !== Opcode.BINARY) return "The frame must not have the compression bit";
  }
  switch (opcode) {
    case Opcode.TEXT:
    case Opcode.BINARY:
      return isInMessage ? "A message begins before the last fragment of another" : undefined;
    case Opcode.CONTINUATION:
      return isInMessage ? undefined : "A continuation frame has no message to continue";
    case Opcode.CLOSE:
    case Opcode.PING:
    case Opcode.PONG:
      if ((first & FIN_BIT) === 0) return "A control frame is fragmented";
      return (second & LENGTH_BITS) > MAX_CONTROL_BYTES ? "A control frame has more than 125 bytes" : undefined;
    default:
      return `The opcode ${opcode} is unknown`;
  }
}

/** Returns how many bytes of length follow the second byte: 0, 2 or 8. */
export function extraLengthBytes(second: number): number {
  const length = second & LENGTH_BITS;
  return length === LENGTH_64 ? 8 : length === LENGTH_16 ? 2 : 0;
}

/**
 * Reads the payload length of the frame that begins at `start`. Lengths of 2^53 and more are not exact.
 *
 * The result is invalid if {@linkcode findLengthFault} returns a reason.
 */
export function readLength(source: Uint8Array, start: number): number {
  const length = source[start + 1]! & LENGTH_BITS;
  if (length < LENGTH_16) return length;
  if (length === LENGTH_16) return source[start + 2]! << 8 | source[start + 3]!;
  return (readInt32(source, start + 2) >>> 0) * 2 ** 32 + (readInt32(source, start + 6) >>> 0);
}

/** Returns the reason why a frame at `start` must not have this length (RFC 6455, section 5.2), or `undefined`. */
export function findLengthFault(source: Uint8Array, start: number, length: number): string | undefined {
  const extraBytes = extraLengthBytes(source[start + 1]!);
  if (extraBytes === 8 && source[start + 2]! > 0x7f) return "The first bit of a length is set";
  const minimum = extraBytes === 8 ? 0x1_0000 : extraBytes === 2 ? LENGTH_16 : 0;
  return length < minimum ? "A length has more bytes than it needs" : undefined;
}

/** Reads a signed integer of 4 bytes, the most significant one first. */
export function readInt32(source: Uint8Array, at: number): number {
  return source[at]! << 24 | source[at + 1]! << 16 | source[at + 2]! << 8 | source[at + 3]!;
}
