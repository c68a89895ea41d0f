// Not a WebSocket server: sends prepared frames over bare TCP, to measure the maximum of clients.

import { FIRST_MESSAGES, subscriptionOf } from "./greeting.ts";
import { report } from "./report.ts";
import type { ServerPlan } from "./server_plan.ts";

/** The minimum size of a write. It makes small messages fast. */
const MIN_BLOCK_BYTES = 1024 * 1024;
/** The GUID of RFC 6455. */
const ACCEPT_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

const { payloadBytes }: ServerPlan = JSON.parse(Deno.args[0] ?? "");
const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
report(listener.addr.port);
for await (const conn of listener) void serve(conn);

async function serve(conn: Deno.Conn): Promise<void> {
  const utf8 = new TextEncoder();
  // Clients send their handshake and their subscription in one write each.
  await write(conn, utf8.encode(await switching(new TextDecoder().decode(await read(conn)))));
  for (const text of FIRST_MESSAGES) await write(conn, frame(1, utf8.encode(text)));
  const block = repeat(frame(2, messageData(subscriptionOf(unmasked(await read(conn))), payloadBytes)));
  try {
    for (;;) await write(conn, block);
  } catch (error) {
    // The client has disconnected.
    if (!(error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

async function read(conn: Deno.Conn): Promise<Uint8Array> {
  const received = new Uint8Array(4096);
  return received.subarray(0, await conn.read(received) ?? 0);
}

/** The answer to a handshake. */
async function switching(request: string): Promise<string> {
  const key = request.match(/^sec-websocket-key: *(\S+)/im)?.[1];
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(`${key}${ACCEPT_GUID}`));
  const lines = [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Accept: ${btoa(String.fromCharCode(...new Uint8Array(digest)))}`,
    "Sec-WebSocket-Protocol: foxglove.websocket.v1",
  ];
  return [...lines, "", ""].join("\r\n");
}

/** The text of a client's frame with fewer than 126 bytes. */
function unmasked(received: Uint8Array): string {
  const [, length = 0] = received;
  const mask = received.subarray(2, 6);
  const bytes = received.slice(6, 6 + (length & 0x7f)).map((byte, index) => byte ^ mask[index % 4]!);
  return new TextDecoder().decode(bytes);
}

async function write(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await conn.write(rest));
}

function messageData(subscriptionId: number, payloadBytes: number): Uint8Array {
  const message = new Uint8Array(1 + 4 + 8 + payloadBytes);
  const view = new DataView(message.buffer);
  view.setUint8(0, 1);
  view.setUint32(1, subscriptionId, true);
  return message;
}

function frame(opcode: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const header = new DataView(new ArrayBuffer(length < 126 ? 2 : length < 65_536 ? 4 : 10));
  header.setUint8(0, 0x80 | opcode);
  header.setUint8(1, length < 126 ? length : length < 65_536 ? 126 : 127);
  if (header.byteLength === 4) header.setUint16(2, length);
  if (header.byteLength === 10) header.setBigUint64(2, BigInt(length));
  const bytes = new Uint8Array(header.byteLength + length);
  bytes.set(new Uint8Array(header.buffer));
  bytes.set(payload, header.byteLength);
  return bytes;
}

function repeat(bytes: Uint8Array): Uint8Array {
  const count = Math.ceil(MIN_BLOCK_BYTES / bytes.length);
  const block = new Uint8Array(count * bytes.length);
  for (let index = 0; index < count; index++) block.set(bytes, index * bytes.length);
  return block;
}
