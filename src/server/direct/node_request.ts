// Requests: converts the requests of node:http.

import type { HandshakeRequest } from "../http/request_target.ts";
import type { IncomingMessage } from "./node_http.ts";

/** RFC 9112, section 3.2.2: a target that contains a scheme and a host, as proxies receive it. */
const ABSOLUTE_FORM = /^[a-z][a-z\d+.-]*:\/\//i;

/** Methods for which `new Request()` throws. */
const UNSUPPORTED = new Set(["CONNECT", "TRACE", "TRACK"]);

/** The headers of a request. Reading one takes less time than creating `Headers`. */
export class RawHeaders implements Pick<Headers, "get"> {
  /** A name, its value, the next name, and so on. */
  readonly #raw: readonly string[];

  constructor(raw: readonly string[]) {
    this.#raw = raw;
  }

  /** Returns the values of a header, joined with commas, or `null` if there are none. `name`: in lower case. */
  get(name: string): string | null {
    let values: string | null = null;
    for (let index = 0; index + 1 < this.#raw.length; index += 2) {
      if (!isName(this.#raw[index]!, name)) continue;
      const value = this.#raw[index + 1]!;
      values = values === null ? value : `${values}, ${value}`;
    }
    return values;
  }
}

/**
 * A request of `node:http`, whose `Request` is created only if the program needs it. The URL and the headers are not
 * checked, and are as with `Deno.serve()`.
 */
export class LazyRequest implements HandshakeRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: RawHeaders;
  readonly #message: IncomingMessage;
  #controller: AbortController | undefined;
  #isAborted = false;
  /** Kept, because Node (22) no longer aborts the signal of a request that nothing refers to. */
  #request: Request | undefined;

  /**
   * @param scheme `http`, or `https` if the connection has TLS.
   * @param ownHost The host for requests without one: `host[:port]`.
   */
  constructor(message: IncomingMessage, scheme: "http" | "https", ownHost: string) {
    const { method, url: target, rawHeaders } = message;
    this.method = method;
    this.headers = new RawHeaders(rawHeaders);
    const path = target.startsWith("/") ? target : `/${target}`; // OPTIONS *
    this.url = ABSOLUTE_FORM.test(target) ? target : `${scheme}://${this.headers.get("host") || ownHost}${path}`;
    this.#message = message;
  }

  /**
   * Returns the request. Its body is read from the connection only when the program reads it.
   *
   * @throws {TypeError} If the URL is not valid: see `targetFault()`.
   */
  toRequest(): Request {
    this.#controller ??= new AbortController();
    if (this.#isAborted) this.#controller.abort();
    return this.#request ??= createRequest(this.#message, this.url, this.#controller.signal);
  }

  /** Aborts the signal of the request, because the client has left. */
  abort(): void {
    this.#isAborted = true;
    this.#controller?.abort();
  }
}

/**
 * Returns the status that a request gets before anything else looks at it, or `undefined` if it may be answered:
 * 400 for a request that `Deno.serve()` also rejects, and 501 for a method that `Request` does not support.
 */
export function faultStatus({ method, url, httpVersion, rawHeaders }: IncomingMessage): number | undefined {
  if (httpVersion !== "1.1" && httpVersion !== "1.0") return 400;
  if (count(rawHeaders, "host") > 1 || (url === "*" && method !== "OPTIONS")) return 400;
  return UNSUPPORTED.has(method) ? 501 : undefined;
}

/**
 * The same for a request with `Upgrade`. Its body could not be told from the bytes of the other protocol, and HTTP/1.0
 * has no upgrades (RFC 9110, section 7.8).
 */
export function upgradeFaultStatus(message: IncomingMessage): number | undefined {
  if (message.httpVersion === "1.0" || announcesBody(message.rawHeaders)) return 400;
  return faultStatus(message);
}

/** Whether a request has a body, which may be empty. RFC 9112, section 6. */
export function announcesBody(rawHeaders: readonly string[]): boolean {
  return count(rawHeaders, "content-length") + count(rawHeaders, "transfer-encoding") > 0;
}

/** Whether no other request follows on the connection. RFC 9112, section 9.3. */
export function isLast({ httpVersion, rawHeaders }: IncomingMessage): boolean {
  const connection = rawHeaders.filter((_value, index) =>
    index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === "connection"
  ).join();
  return saysClose(connection) || (httpVersion === "1.0" && !/\bkeep-alive\b/i.test(connection));
}

/** Whether a header `Connection` closes the connection. */
export function saysClose(connection: string | null): boolean {
  return connection !== null && /\bclose\b/i.test(connection);
}

function createRequest(message: IncomingMessage, url: string, signal: AbortSignal): Request {
  const { method, rawHeaders } = message;
  // Request does not allow a body for GET and HEAD.
  const hasBody = announcesBody(rawHeaders) && method !== "GET" && method !== "HEAD";
  // A stream requires `duplex`, which is not part of the type.
  const init: RequestInit & { duplex?: "half" } = hasBody
    ? { method, signal, body: bodyOf(message), duplex: "half" }
    : { method, signal };
  const request = new Request(url, init);
  // The constructor copies headers slowly: on Deno, it allocates 20 KiB for those of a handshake.
  addHeaders(request.headers, rawHeaders);
  return request;
}

function count(rawHeaders: readonly string[], name: string): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (isName(rawHeaders[index]!, name)) count += 1;
  }
  return count;
}

/** Whether `text` is a name, in any letter case. Most texts have another length. */
function isName(text: string, name: string): boolean {
  return text.length === name.length && text.toLowerCase() === name;
}

function addHeaders(headers: Headers, rawHeaders: readonly string[]): void {
  let cookies = "";
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [name = "", value = ""] = [rawHeaders[index], rawHeaders[index + 1]];
    // RFC 9113, section 8.2.3: cookies are joined with a semicolon, not with a comma.
    if (name.toLowerCase() === "cookie") cookies += cookies === "" ? value : `; ${value}`;
    else headers.append(name, value);
  }
  if (cookies !== "") headers.set("cookie", cookies);
}

/**
 * Returns a stream of the body. Its reads fail if the client leaves. Cancelling it stops reading, but does not close
 * the connection, because the response is still to be sent.
 */
function bodyOf(message: IncomingMessage): ReadableStream<Uint8Array<ArrayBuffer>> {
  let parts: AsyncIterator<Uint8Array<ArrayBuffer>> | undefined;
  // With a mark of 0, nothing is read in advance: node:http discards a body that no code has begun to read.
  return new ReadableStream({
    async pull(controller) {
      parts ??= message[Symbol.asyncIterator]();
      const { done, value } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  }, { highWaterMark: 0 });
}
