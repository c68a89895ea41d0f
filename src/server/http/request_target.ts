// Request targets: checks the host and the URL that a peer sent.

/** RFC 3986, section 3.2: a host with an optional port, without user information. The URL parser checks the rest. */
const AUTHORITY = /^(?:\[[\da-f:.]+\]|(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})+)(?::\d*)?$/i;

/** The parts of a request that {@linkcode targetFault} checks. A request with a fault may have no `Request` object. */
export interface RequestTarget {
  /** The URL as the peer sent it, which may not be valid. */
  readonly url: string;
  /** The headers of the request. */
  readonly headers: Pick<Headers, "get">;
}

/** A request for a WebSocket. Creating a `Request` takes time, and most servers do not need it. */
export interface HandshakeRequest extends RequestTarget {
  readonly method: string;
  /** Returns the request for the program. Its signal aborts if the client leaves before the response. */
  toRequest(): Request;
}

/** Returns a handshake whose request exists. */
export function handshakeOf(request: Request): HandshakeRequest {
  return { method: request.method, url: request.url, headers: request.headers, toRequest: () => request };
}

/**
 * Returns why the host or the URL of a request is not valid, or `undefined` if both are valid.
 *
 * Deno (2.9) copies the header `Host` into `request.url` unchanged. An invalid one makes `new URL(request.url)` throw,
 * and one such as `a/ws?` changes the path. If `Host` is missing or empty, Deno uses the address of the listener
 * instead.
 */
export function targetFault({ url, headers }: RequestTarget): string | undefined {
  const host = headers.get("host");
  if (host && !AUTHORITY.test(host)) return `Host is ${JSON.stringify(host)}, not host[:port]`;
  // The URL itself may contain a token.
  const parsed = URL.parse(url);
  if (!parsed) return `the URL cannot be parsed; Host is ${JSON.stringify(host)}`;
  return parsed.username === "" && parsed.password === "" ? undefined : "the URL contains a user name or a password";
}
