// converse(): the conversation of a client with the server of the socket matrix, by the WebSocket API alone.
//
// Deno, Node and Chromium run this file, and npm's ws has the same API. So it imports nothing.

/** What a client has received. */
export interface SocketReport {
  subprotocol: string;
  /** The extensions that client and server use, as the client's API reports them. */
  extensions: string;
  serverName: string;
  channel: { topic: string; schema: string };
  messages: { timestamp: string; bytes: number; characters: number; sha256: string }[];
  /** The response of the service, as text. */
  response: string;
  closeCode: number;
}

/** How many messages the server sends. */
const MESSAGES = 3;
const CALL_ID = 7;

/** Talks to the server: subscribes, receives, publishes the second message back, calls a service and closes. */
export async function converse(socket: WebSocket): Promise<SocketReport> {
  socket.binaryType = "arraybuffer";
  const frames = readFrames(socket);
  const serverInfo = await nextText(frames, "serverInfo");
  const { channels: [channel] } = await nextText(frames, "advertise");
  const { services: [service] } = await nextText(frames, "advertiseServices");

  socket.send(JSON.stringify({ op: "subscribe", subscriptions: [{ id: 1, channelId: channel.id }] }));
  const payloads: Uint8Array<ArrayBuffer>[] = [];
  const messages: SocketReport["messages"] = [];
  while (messages.length < MESSAGES) {
    const frame = await nextBinary(frames, 1);
    const payload = frame.slice(13);
    payloads.push(payload);
    messages.push({
      timestamp: String(new DataView(frame.buffer).getBigUint64(5, true)),
      bytes: payload.length,
      characters: [...textOf(payload)].length,
      sha256: await sha256Of(payload),
    });
  }

  socket.send(JSON.stringify({
    op: "advertise",
    channels: [{ id: 5, topic: `${channel.topic}/zurück`, encoding: "json", schemaName: "" }],
  }));
  socket.send(joined([1, ...uint32(5)], payloads[1]!));
  const encoding = new TextEncoder().encode("json");
  const head = [2, ...uint32(service.id), ...uint32(CALL_ID), ...uint32(encoding.length), ...encoding];
  socket.send(joined(head, payloads[0]!));
  const response = await nextBinary(frames, 3);
  const textStart = 13 + new DataView(response.buffer).getUint32(9, true);

  const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
  socket.close(1000, "done");
  return {
    subprotocol: socket.protocol,
    extensions: socket.extensions,
    serverName: serverInfo.name,
    channel: { topic: channel.topic, schema: channel.schema },
    messages,
    response: textOf(response.subarray(textStart)),
    closeCode: (await closed).code,
  };
}

/** Returns the messages in order. Fails when the connection ends. */
function readFrames(socket: WebSocket): AsyncIterator<string | ArrayBuffer> {
  const stream = new ReadableStream<string | ArrayBuffer>({
    start(controller) {
      socket.onmessage = ({ data }) => controller.enqueue(data);
      socket.onclose = ({ code, reason }) => controller.error(new Error(`Closed with code ${code} "${reason}"`));
    },
  });
  const reader = stream.getReader();
  return { next: () => reader.read() as Promise<IteratorResult<string | ArrayBuffer>> };
}

// deno-lint-ignore no-explicit-any
async function nextText(frames: AsyncIterator<string | ArrayBuffer>, op: string): Promise<any> {
  const { value } = await frames.next();
  const message = typeof value === "string" ? JSON.parse(value) : { op: "a binary message" };
  if (message.op !== op) throw new Error(`Expected ${op}, received ${JSON.stringify(message)}`);
  return message;
}

async function nextBinary(
  frames: AsyncIterator<string | ArrayBuffer>,
  opcode: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const { value } = await frames.next();
  const frame = typeof value === "string" ? undefined : new Uint8Array(value);
  if (frame?.[0] !== opcode) {
    throw new Error(`Expected opcode ${opcode}, received ${frame ? `opcode ${frame[0]}` : value}`);
  }
  return frame;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function joined(head: readonly number[], rest: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(head.length + rest.length);
  bytes.set(head);
  bytes.set(rest, head.length);
  return bytes;
}
