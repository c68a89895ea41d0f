// withToken(): WebSockets with a token.

import type { FoxgloveClientOptions } from "./options.ts";

/** Returns a function that opens a WebSocket with a token in a header. A URL with a token would get into logs. */
export function withToken(token: string): NonNullable<FoxgloveClientOptions["createWebSocket"]> {
  return (url, protocols) => {
    // Deno, Node and Bun accept these options, which are not part of the web's WebSocket.
    const options = { protocols, headers: { authorization: `Bearer ${token}` } };
    return new WebSocket(url, options as unknown as string[]);
  };
}
