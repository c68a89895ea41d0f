// runHostileClient(): a client on bare TCP that executes a plan.

import { settled } from "../../tests/support/conversation.ts";
import { encodeFrame, handshake, Opcode, RawSocket } from "../../tests/support/raw_socket.ts";
import type { ConnectionPlan } from "./scenario.ts";

/** Executes a plan. Resolves when the client has closed its socket, whatever the server did. */
export async function runHostileClient(plan: ConnectionPlan, port: number): Promise<void> {
  const options = { port, headers: [["Sec-WebSocket-Protocol", plan.subprotocol]] as const };
  if (plan.handshakeBytes !== undefined) {
    const bytes = new TextEncoder().encode(handshake(options)).subarray(0, plan.handshakeBytes);
    using conn = await Deno.connect({ port });
    await ignoreDisconnect(conn.write(bytes));
    return;
  }
  using socket = await RawSocket.connect(options);
  if (socket.status !== 101) return;
  const reading = plan.reads ? readAll(socket) : undefined;
  await ignoreDisconnect(sendAll(socket, plan));
  for (let turn = 0; turn < plan.lingers; turn++) await settled();
  socket.close();
  await reading;
}

async function sendAll(socket: RawSocket, { frames, chunk, closes }: ConnectionPlan): Promise<void> {
  const stream = frames.join("") + (closes ? encodeFrame({ opcode: Opcode.CLOSE }).toHex() : "");
  const bytes = Uint8Array.fromHex(stream);
  for (let start = 0; start < bytes.length; start += chunk) {
    await socket.sendBytes(bytes.subarray(start, start + chunk));
  }
}

async function readAll(socket: RawSocket): Promise<void> {
  while (await socket.readFrame()) {
    // The frames are only read.
  }
}

/** Ignores the error if the server has closed the connection, which it may do at any time. */
async function ignoreDisconnect(sending: Promise<unknown>): Promise<void> {
  try {
    await sending;
  } catch (error) {
    const { BrokenPipe, ConnectionReset, ConnectionAborted } = Deno.errors;
    if (![BrokenPipe, ConnectionReset, ConnectionAborted].some((Disconnect) => error instanceof Disconnect)) {
      throw error;
    }
  }
}
