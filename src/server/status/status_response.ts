// statusResponse(): responses with the headers that protect the status page and its data.

/** Whatever a browser shows of a response, it must not run scripts, be framed or leak its address with the token. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** Creates a response with status 200. `headers` adds to the security headers, or replaces them. */
export function statusResponse(body: string, headers: Readonly<Record<string, string>>): Response {
  return new Response(body, { headers: { ...SECURITY_HEADERS, ...headers } });
}
