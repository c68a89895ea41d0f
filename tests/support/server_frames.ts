// serverFrames(): reads the frames of a WebSocket server, independently of `src/websocket/`.

import { assertEquals } from "@std/assert/equals";

/** A frame of a server. */
export interface ServerFrame {
  opcode: number;
  /** The length of the payload. */
  length: number;
  /** The first 20 bytes of the payload, as text. */
  text: string;
}

/** Reads frames that are complete, not masked, not compressed, and not a fragment (RFC 6455, section 5.2). */
export function serverFrames(parts: readonly Uint8Array[]): ServerFrame[] {
  const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
  const view = new DataView(bytes.buffer);
  const frames: ServerFrame[] = [];
  for (let at = 0; at < bytes.length;) {
    const short = bytes[at + 1]!;
    const length = short < 126 ? short : short === 126 ? view.getUint16(at + 2) : Number(view.getBigUint64(at + 2));
    const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
    const text = new TextDecoder().decode(bytes.subarray(start, start + Math.min(length, 20)));
    frames.push({ opcode: bytes[at]! & 0x0f, length, text });
    assertEquals(bytes[at]! & 0xf0, 0x80);
    at = start + length;
    assertEquals(at <= bytes.length, true);
  }
  return frames;
}
