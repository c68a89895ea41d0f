// No WebSocket server at all: frames that were made beforehand, over bare TCP, to show what the load client can take.

import { SUBSCRIPTION_ID } from "../load/load_plan.ts";
import { GREETING } from "./greeting.ts";
import { report } from "./report.ts";
import type { ServerPlan } from "./server_plan.ts";

/** Written at once, for the sake of small messages. */
const MIN_BLOCK_BYTES = 1024 * 1024;
const SWITCHING = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
  "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

const { payloadBytes }: ServerPlan = JSON.parse(Deno.args[0] ?? "");
const block = repeat(frame(2, messageData(payloadBytes)));
const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
report(listener.addr.port);
for await (const conn of listener) void serve(conn);

async function serve(conn: Deno.Conn): Promise<void> {
  const received = new Uint8Array(4096);
  const utf8 = new TextEncoder();
  // The load client sends its handshake, and later its subscription, each at once.
  await conn.read(received);
  await write(conn, utf8.encode(SWITCHING));
  for (const text of GREETING) await write(conn, frame(1, utf8.encode(text)));
  await conn.read(received);
  try {
    for (;;) await write(conn, block);
  } catch (error) {
    // The load client has gone.
    if (!(error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

async function write(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await conn.write(rest));
}

function messageData(payloadBytes: number): Uint8Array {
  const message = new Uint8Array(1 + 4 + 8 + payloadBytes);
  const view = new DataView(message.buffer);
  view.setUint8(0, 1);
  view.setUint32(1, SUBSCRIPTION_ID, true);
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
