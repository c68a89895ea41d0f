// handshake(): asks a server for a WebSocket, and returns its whole answer.

import { createHash, randomBytes } from "node:crypto";
import { type Endpoint, labelOf } from "./endpoint.ts";
import { type Parsed, RawConnection } from "./raw_connection.ts";

/** The parts of a handshake that differ. */
export interface HandshakeRequest {
  /** The subprotocols, in the order of preference. */
  readonly offers: readonly string[];
  /** The origin of the page that a browser would send. */
  readonly origin?: string;
  /** Whether to leave out the token. */
  readonly omitsToken?: boolean;
}

/** The head of an HTTP response. */
interface ResponseHead {
  readonly status: number;
  readonly headers: Headers;
}

/** How a server answers a handshake. */
export type HandshakeResult =
  /** `subprotocol` is `undefined` if the server selected none. The caller closes the connection. */
  | { type: "accepted"; subprotocol: string | undefined; connection: RawConnection }
  /** `text` is the first line of the body. */
  | { type: "rejected"; status: number; text: string; location: string | undefined }
  /** The answer is not a valid response to a handshake. `problem` completes "the server …". */
  | { type: "invalid"; problem: string };

/** From RFC 6455, section 1.3. */
const ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const MAX_HEAD_BYTES = 64 * 1024;
/** How much of the body of a rejection is read. */
const MAX_BODY_BYTES = 4096;
const MAX_TEXT = 160;

/** Sends a handshake. Rejects when the connection fails or the server times out. */
export async function handshake(endpoint: Endpoint, request: HandshakeRequest): Promise<HandshakeResult> {
  const connection = await RawConnection.open(endpoint);
  let isOpen = false;
  try {
    const key = randomBytes(16).toString("base64");
    connection.write(requestText(endpoint, request, key));
    const head = await connection.read(parseHead);
    if (head === undefined) return { type: "invalid", problem: "closes the connection without an answer" };
    if (head === "not HTTP") return { type: "invalid", problem: "does not answer with HTTP" };
    const { status, headers } = head;
    if (status !== 101) {
      const text = await connection.read((bytes, isEnd) => parseBody(headers, bytes, isEnd)) ?? "";
      return { type: "rejected", status, text, location: headers.get("location") ?? undefined };
    }
    const accept = createHash("sha1").update(key + ACCEPT_SUFFIX).digest("base64");
    if (headers.get("sec-websocket-accept") !== accept) {
      return { type: "invalid", problem: "answers 101 without a valid header Sec-WebSocket-Accept" };
    }
    isOpen = true;
    return { type: "accepted", subprotocol: headers.get("sec-websocket-protocol") ?? undefined, connection };
  } finally {
    if (!isOpen) connection.close();
  }
}

function requestText(
  endpoint: Endpoint,
  { offers, origin, omitsToken = false }: HandshakeRequest,
  key: string,
): string {
  const { path, token } = endpoint;
  return [
    `GET ${path} HTTP/1.1`,
    `Host: ${labelOf(endpoint)}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Key: ${key}`,
    "Sec-WebSocket-Version: 13",
    ...(offers.length > 0 ? [`Sec-WebSocket-Protocol: ${offers.join(", ")}`] : []),
    ...(origin === undefined ? [] : [`Origin: ${origin}`]),
    ...(token === undefined || omitsToken ? [] : [`Authorization: Bearer ${token}`]),
    "",
    "",
  ].join("\r\n");
}

function parseHead(bytes: Uint8Array): Parsed<ResponseHead | "not HTTP"> | undefined {
  const text = new TextDecoder("latin1").decode(bytes.subarray(0, MAX_HEAD_BYTES));
  const end = text.indexOf("\r\n\r\n");
  const start = text.slice(0, 5);
  if (!"HTTP/".startsWith(start) || (end < 0 && bytes.length >= MAX_HEAD_BYTES)) {
    return { value: "not HTTP", length: 0 };
  }
  if (end < 0) return undefined;
  const [statusLine = "", ...lines] = text.slice(0, end).split("\r\n");
  const headers = new Headers();
  for (const line of lines) {
    const [, name, value] = /^([\w-]+):(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) headers.append(name, value.trim());
  }
  return { value: { status: Number(statusLine.split(" ")[1]), headers }, length: end + 4 };
}

function parseBody(headers: Headers, bytes: Uint8Array, isEnd: boolean): Parsed<string> | undefined {
  const text = new TextDecoder().decode(bytes.subarray(0, MAX_BODY_BYTES));
  const isChunked = headers.get("transfer-encoding")?.toLowerCase().includes("chunked") ?? false;
  const expected = Number(headers.get("content-length") ?? Infinity);
  const isWhole = isChunked ? /(^|\r\n)0+\r\n/.test(text) : bytes.length >= expected;
  if (!isWhole && !isEnd && bytes.length < MAX_BODY_BYTES) return undefined;
  const body = isChunked ? text.replaceAll(/(^|\r\n)[\da-f]+\r\n/gi, "") : text;
  return { value: firstLine(body), length: bytes.length };
}

/** Returns the first line of a text or of an HTML page. */
function firstLine(body: string): string {
  const plain = /^\s*</.test(body) ? body.replaceAll(/<(style|script)[\s\S]*?<\/\1>|<[^>]*>/gi, "\n") : body;
  const line = plain.split("\n").map((each) => each.trim()).find((each) => each !== "") ?? "";
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT - 1)}…` : line;
}
