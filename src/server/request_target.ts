// Request targets: whether the host and the URL that a peer sent can be used.

/** RFC 3986, section 3.2: a host and perhaps a port, without user information. The URL parser checks the rest. */
const AUTHORITY = /^(?:\[[\da-f:.]+\]|(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})+)(?::\d*)?$/i;

/**
 * Why the host or the URL of a request cannot be used; `undefined` if they can be.
 *
 * Deno (2.9) puts the header `Host` into `request.url` as it is. An impossible one makes `new URL(request.url)` throw, and `a/ws?` moves
 * the path. A request without a `Host` gets the address of the listener in its place, and so does one with an empty `Host`.
 */
export function targetFault({ url, headers }: Request): string | undefined {
  const host = headers.get("host");
  if (host && !AUTHORITY.test(host)) return `Host is ${JSON.stringify(host)}, not host[:port]`;
  // The URL itself may contain a token.
  const parsed = URL.parse(url);
  if (!parsed) return `the URL cannot be parsed; Host is ${JSON.stringify(host)}`;
  return parsed.username === "" && parsed.password === "" ? undefined : "the URL contains a user name or a password";
}
