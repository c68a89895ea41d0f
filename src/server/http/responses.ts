// Responses: the HTTP responses that explain why there is no WebSocket.

/** The `Retry-After` time of clients that found the server full, in seconds. */
const RETRY_AFTER_S = 10;

/** Creates a plain text response. */
export function textResponse(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(`${text}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers } });
}

/** Answers a request that is not a handshake, if the program has no answer for it. */
export function explainUpgrade(): Response {
  return textResponse(
    426,
    "This is a Foxglove WebSocket server: open its ws:// address in Foxglove or Lichtblick",
    { upgrade: "websocket", connection: "upgrade" },
  );
}

/** Rejects a handshake because the server has no slot for the client. */
export function explainFull(why: string): Response {
  return textResponse(503, why, { "retry-after": `${RETRY_AFTER_S}` });
}

/** Answers a request if that has failed. */
export function explainFailure(): Response {
  return textResponse(500, "The server failed to answer this request");
}

/** Rejects a handshake because the server closes. */
export function explainClosing(): Response {
  return textResponse(503, "The server is closing");
}

/**
 * Answers a handshake whose client has left. No client gets this answer: it is for the logs of frameworks and for
 * tests.
 */
export function explainLeft(): Response {
  return textResponse(499, "The client has left");
}
