// withoutOffers(): why a connection has failed, in fewer words.

/** Leaves the subprotocols out of an error text. They do not help to find the server, and all commands offer the same. */
export function withoutOffers(text: string): string {
  return text.replace(/, offering [^:]*/, "");
}
