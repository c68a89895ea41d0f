// RawSocket: a WebSocket client over plain TCP, for handshakes and frames that the WebSocket API does not allow.

import { Opcode } from "../../src/websocket/frame_header.ts";
import { clientFrame } from "./client_frames.ts";

export { Opcode };

/** Options of {@linkcode RawSocket.connect}. */
export interface RawSocketOptions {
  /** @default {"127.0.0.1"} */
  hostname?: string;
  port: number;
  /** The path of a Unix socket to connect to. The `Host` header still has the port. */
  unix?: string;
  /** @default {"/"} */
  path?: string;
  /** @default {"GET"} */
  method?: string;
  /** Additional header lines, in this order. They replace lines of the handshake with the same name. */
  headers?: readonly (readonly [name: string, value: string])[];
  /** Names of header lines that the handshake omits. */
  omit?: readonly string[];
  /** Whether `readFrame()` answers and skips pings. */
  answersPings?: boolean;
}

/** A frame to send. The defaults follow the rules for clients. */
export interface RawFrame {
  opcode: number;
  payload?: Uint8Array;
  /** Whether it is the last frame of its message. */
  fin?: boolean;
  masked?: boolean;
  /** A length for the header that differs from the payload's. `sendBytes()` can send the rest. */
  claimedLength?: number;
}

/** A frame of the server, without reassembly. */
export interface ReceivedFrame {
  opcode: number;
  fin: boolean;
  /** Whether the bit RSV1 is set (RFC 7692). */
  isCompressed: boolean;
  payload: Uint8Array<ArrayBuffer>;
}

/**
 * A TCP connection, or a connection to a Unix socket, after a WebSocket handshake.
 *
 * It does nothing by itself: it sends no pong, answers no close frame, and does not read ahead. So a test simulates
 * a client that hangs by doing nothing. There are no time limits; wrap waits in `within()`.
 */
export class RawSocket implements Disposable {
  /** The HTTP status of the response; 101 if the handshake succeeded. */
  readonly status: number;
  readonly headers: Headers;
  /** The body of the response; empty with status 101. */
  readonly body: string;
  readonly #connection: ByteConnection;
  #answersPings: boolean;

  private constructor(connection: ByteConnection, response: HttpResponse, answersPings: boolean) {
    this.#connection = connection;
    this.#answersPings = answersPings;
    this.status = response.status;
    this.headers = response.headers;
    this.body = response.body;
  }

  /** Connects, sends the handshake and reads the response, whatever its status. */
  static async connect(options: RawSocketOptions): Promise<RawSocket> {
    const { hostname = "127.0.0.1", answersPings = false } = options;
    const connection = new ByteConnection(await dial({ ...options, hostname }));
    try {
      await connection.write(new TextEncoder().encode(handshake(options)));
      return new RawSocket(connection, await readResponse(connection), answersPings);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  sendText(text: string): Promise<void> {
    return this.sendFrame({ opcode: Opcode.TEXT, payload: new TextEncoder().encode(text) });
  }

  sendBinary(payload: Uint8Array): Promise<void> {
    return this.sendFrame({ opcode: Opcode.BINARY, payload });
  }

  sendFrame(frame: RawFrame): Promise<void> {
    return this.sendBytes(encodeFrame(frame));
  }

  /** Sends any bytes, which may be invalid. */
  sendBytes(bytes: Uint8Array): Promise<void> {
    return this.#connection.write(bytes);
  }

  /** Reads the next frame, or returns `undefined` if the connection has ended for any reason. One call at a time. */
  async readFrame(): Promise<ReceivedFrame | undefined> {
    for (;;) {
      const frame = await readFrame(this.#connection);
      if (frame?.opcode !== Opcode.PING || !this.#answersPings) return frame;
      await this.sendFrame({ opcode: Opcode.PONG, payload: frame.payload });
    }
  }

  /** Sends FIN without a close frame. Reading continues, without answers to pings. */
  closeWrite(): Promise<void> {
    this.#answersPings = false;
    return this.#connection.closeWrite();
  }

  /** Ends the TCP connection without a close frame. A pending `readFrame()` returns `undefined`. */
  close(): void {
    this.#connection.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

interface HttpResponse {
  status: number;
  headers: Headers;
  body: string;
}

/** A TCP connection that reads an exact number of bytes. */
class ByteConnection {
  readonly #conn: Deno.Conn;
  #unread = new Uint8Array();
  #isClosed = false;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await this.#conn.write(rest));
  }

  /** Reads exactly `length` bytes, or returns `undefined` if the connection ends before. */
  async read(length: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const bytes = new Uint8Array(length);
    for (let filled = 0; filled < length;) {
      if (this.#unread.length === 0 && !await this.#fill()) return undefined;
      const part = this.#unread.subarray(0, length - filled);
      bytes.set(part, filled);
      this.#unread = this.#unread.subarray(part.length);
      filled += part.length;
    }
    return bytes;
  }

  /** Reads one line without its CRLF, or returns `undefined` if the connection ends before. */
  async readLine(): Promise<string | undefined> {
    let line = "";
    while (!line.endsWith("\r\n")) {
      const byte = await this.read(1);
      if (!byte) return undefined;
      line += String.fromCharCode(...byte);
    }
    return line.slice(0, -2);
  }

  /** Reads all bytes until the connection ends. */
  async readAll(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    do {
      chunks.push(this.#unread);
    } while (await this.#fill());
    return new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
  }

  closeWrite(): Promise<void> {
    return this.#conn.closeWrite();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#conn.close();
  }

  /** Reads the available bytes. Returns whether the connection is still open. */
  async #fill(): Promise<boolean> {
    const buffer = new Uint8Array(65_536);
    try {
      const length = await this.#conn.read(buffer);
      this.#unread = buffer.subarray(0, length ?? 0);
      return length !== null;
    } catch (error) {
      if (this.#isClosed || error instanceof Deno.errors.ConnectionReset) return false;
      throw error;
    }
  }
}

async function dial({ hostname, port, unix }: RawSocketOptions & { hostname: string }): Promise<Deno.Conn> {
  if (unix !== undefined) return await Deno.connect({ transport: "unix", path: unix });
  const tcp = await Deno.connect({ hostname, port });
  tcp.setNoDelay(); // otherwise the second of two small frames waits 40 ms for an acknowledgement
  return tcp;
}

/** Returns the handshake request that {@linkcode RawSocket.connect} sends. */
export function handshake(options: RawSocketOptions): string {
  const { hostname = "127.0.0.1", port, path = "/", method = "GET", headers = [], omit = [] } = options;
  const own = [
    ["Host", `${hostname}:${port}`],
    ["Upgrade", "websocket"],
    ["Connection", "Upgrade"],
    ["Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="], // the example of RFC 6455
    ["Sec-WebSocket-Version", "13"],
  ] as const;
  const without = new Set([...omit, ...headers.map(([name]) => name)].map((name) => name.toLowerCase()));
  const lines = [...own.filter(([name]) => !without.has(name.toLowerCase())), ...headers];
  return [`${method} ${path} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`), "", ""].join("\r\n");
}

async function readResponse(connection: ByteConnection): Promise<HttpResponse> {
  const statusLine = await connection.readLine();
  if (statusLine === undefined) throw new Error("Cannot read the response: the server ended the connection");
  const status = Number(statusLine.split(" ")[1]);
  const headers = new Headers();
  for (let line = await connection.readLine(); line; line = await connection.readLine()) {
    const colon = line.indexOf(":");
    headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  const isBodiless = status === 101 || status === 204 || status === 304;
  return { status, headers, body: isBodiless ? "" : await readBody(connection, headers) };
}

async function readBody(connection: ByteConnection, headers: Headers): Promise<string> {
  if (headers.has("transfer-encoding")) throw new Error("Cannot read the response: its body comes in chunks");
  const length = headers.get("content-length");
  const body = length === null ? await connection.readAll() : await connection.read(Number(length));
  return new TextDecoder().decode(body);
}

/** Encodes a frame. */
export function encodeFrame({ payload, fin, masked = true, ...rest }: RawFrame): Uint8Array<ArrayBuffer> {
  return clientFrame({
    ...rest,
    ...(payload ? { payload } : {}),
    ...(fin === undefined ? {} : { isFinal: fin }),
    ...(masked ? {} : { mask: undefined }),
  });
}

async function readFrame(connection: ByteConnection): Promise<ReceivedFrame | undefined> {
  const header = await connection.read(2);
  if (!header) return undefined;
  const first = header[0]!;
  const second = header[1]!;
  if (second & 0x80) throw new Error("Cannot read the frame: a server must not mask");
  const length = await readLength(connection, second);
  const payload = length === undefined ? undefined : await connection.read(length);
  return payload && { opcode: first & 0x0f, fin: first >= 0x80, isCompressed: (first & 0x40) !== 0, payload };
}

async function readLength(connection: ByteConnection, short: number): Promise<number | undefined> {
  if (short < 126) return short;
  const bytes = await connection.read(short === 126 ? 2 : 8);
  return bytes?.reduce((length, byte) => length * 256 + byte, 0);
}
