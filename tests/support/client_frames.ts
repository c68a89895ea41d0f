// clientFrame(): encodes the frames of a WebSocket client, valid or not, independently of `src/websocket/`.

/** A frame. Without other members than these three, it follows the rules for clients (RFC 6455, section 5.2). */
export interface ClientFrame {
  /** The four bits of the opcode. */
  opcode: number;
  /** @default {""} */
  payload?: string | Uint8Array;
  /** @default {true} */
  isFinal?: boolean;
  /** The reserved bits as a number: 4 is RSV1, 2 is RSV2, 1 is RSV3. */
  rsv?: number;
  /** `undefined` sends the payload without a mask. */
  mask?: readonly [number, number, number, number] | undefined;
  /** A length that differs from the payload's. */
  claimedLength?: number | bigint;
  /** How many bytes follow the second byte for the length. Without it, as few as possible. */
  lengthBytes?: 0 | 2 | 8;
}

/** The mask of the examples in RFC 6455, section 5.7. */
const MASK = [0x37, 0xfa, 0x21, 0x3d] as const;

/** Encodes one frame. */
export function clientFrame(frame: ClientFrame): Uint8Array<ArrayBuffer> {
  const { opcode, payload = "", isFinal = true, rsv = 0 } = frame;
  const mask = "mask" in frame ? frame.mask : MASK;
  const data = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const length = BigInt(frame.claimedLength ?? data.length);
  const lengthBytes = frame.lengthBytes ?? (length < 126n ? 0 : length < 65_536n ? 2 : 8);
  const short = lengthBytes === 0 ? Number(length) : lengthBytes === 2 ? 126 : 127;
  const header = [(isFinal ? 128 : 0) + 16 * rsv + opcode, (mask ? 128 : 0) + short];
  for (let index = lengthBytes - 1; index >= 0; index--) header.push(Number(length >> BigInt(8 * index) & 255n));
  const start = header.length + (mask ? 4 : 0);
  const bytes = new Uint8Array(start + data.length);
  bytes.set([...header, ...mask ?? []]);
  data.forEach((byte, index) => bytes[start + index] = mask ? byte ^ mask[index % 4]! : byte);
  return bytes;
}

/** Encodes frames one after the other. */
export function clientFrames(...frames: readonly ClientFrame[]): Uint8Array<ArrayBuffer> {
  return joined(...frames.map(clientFrame));
}

/** Joins parts to one array. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
