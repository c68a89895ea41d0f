// Frames: the few WebSocket frames that doctor sends and reads by itself (RFC 6455, section 5).

import type { Parsed, RawConnection } from "./raw_connection.ts";

/** How long a server may take to close a connection, in ms. */
const CLOSE_MS = 500;
const CLOSE_OPCODE = 0x8;
const PONG_OPCODE = 0xa;
/** A ping without a payload. The key of its mask may be any, also 0. */
const PING = Uint8Array.of(0x89, 0x80, 0, 0, 0, 0);
/** A close frame with code 1000. */
const CLOSE = Uint8Array.of(0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8);

/** Sends a ping, and waits for the pong. Returns false if the connection ends before. */
export async function ping(connection: RawConnection): Promise<boolean> {
  connection.write(PING);
  return await skipUntil(connection, PONG_OPCODE);
}

/** Closes a WebSocket as the protocol requires, because servers log all other ends as errors. */
export async function closeWebSocket(connection: RawConnection): Promise<void> {
  try {
    connection.write(CLOSE);
    await skipUntil(connection, CLOSE_OPCODE, AbortSignal.timeout(CLOSE_MS));
  } catch {
    // The server has ended the connection, or takes too long.
  } finally {
    connection.close();
  }
}

/** Skips frames until one with this opcode. Returns false if the connection ends before. */
async function skipUntil(connection: RawConnection, wanted: number, limit?: AbortSignal): Promise<boolean> {
  for (;;) {
    const opcode = await connection.read(parseFrame, limit);
    if (opcode === wanted) return true;
    if (opcode === undefined || opcode === CLOSE_OPCODE) return false;
  }
}

/** Parses a frame of a server, and returns its opcode. */
function parseFrame(bytes: Uint8Array): Parsed<number> | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes[1]! & 0x7f;
  const head = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < head) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const payload = short === 127 ? Number(view.getBigUint64(2)) : short === 126 ? view.getUint16(2) : short;
  const length = head + payload;
  return bytes.length < length ? undefined : { value: bytes[0]! & 0xf, length };
}
