// writeFrameHeader(): writes the headers of the frames that the server sends.

/** The opcodes of RFC 6455, section 5.2. */
export const Opcode = { CONTINUATION: 0, TEXT: 1, BINARY: 2, CLOSE: 8, PING: 9, PONG: 10 } as const;

/** One of the opcodes of {@linkcode Opcode}. */
export type Opcode = typeof Opcode[keyof typeof Opcode];

/** The header of a frame from the server. It is always the final frame of its message, and never masked. */
export interface FrameHeader {
  /** The server does not fragment messages, so it never sends `Opcode.CONTINUATION`. */
  opcode: Opcode;
  /**
   * Whether the payload is compressed: bit RSV1 of RFC 7692, section 6. Allowed only for data frames, and only if the
   * handshake negotiated compression.
   *
   * @default {false}
   */
  isCompressed?: boolean;
  /** The byte length of the payload. Control frames have at most 125 bytes. */
  length: number;
}

/** Lengths below this one are in the second byte of the header. */
const MIN_EXTENDED_LENGTH = 126;
const FIN = 0x80;
const RSV1 = 0x40;

/** Returns the byte length of the header before a payload of `payloadLength` bytes: 2, 4 or 10. */
export function frameHeaderBytes(payloadLength: number): number {
  if (payloadLength < MIN_EXTENDED_LENGTH) return 2;
  return payloadLength <= 0xffff ? 4 : 10;
}

/**
 * Writes a frame header (RFC 6455, section 5.2) to `target` at `offset`. Returns the offset of the payload.
 *
 * `target` needs space for {@linkcode frameHeaderBytes} bytes. Nothing is checked, because this is on the hot path.
 *
 * | bytes     | field                                                                 |
 * | --------- | --------------------------------------------------------------------- |
 * | 1         | FIN, RSV1 if compressed, opcode                                       |
 * | 1         | length of the payload, or 126 or 127 if the length follows            |
 * | 0, 2 or 8 | length of the payload from 126 and from 65536 bytes, most significant byte first |
 */
export function writeFrameHeader(target: Uint8Array, offset: number, header: FrameHeader): number {
  const { opcode, isCompressed = false, length } = header;
  target[offset] = FIN | (isCompressed ? RSV1 : 0) | opcode;
  if (length < MIN_EXTENDED_LENGTH) {
    target[offset + 1] = length;
    return offset + 2;
  }
  if (length <= 0xffff) {
    target[offset + 1] = 126;
    target[offset + 2] = length >>> 8;
    target[offset + 3] = length;
    return offset + 4;
  }
  target[offset + 1] = 127;
  writeUint32(target, offset + 2, Math.floor(length / 2 ** 32));
  writeUint32(target, offset + 6, length);
  return offset + 10;
}

/** Writes the lowest 32 bits of `value`. */
function writeUint32(target: Uint8Array, offset: number, value: number): void {
  target[offset] = value >>> 24;
  target[offset + 1] = value >>> 16;
  target[offset + 2] = value >>> 8;
  target[offset + 3] = value;
}
