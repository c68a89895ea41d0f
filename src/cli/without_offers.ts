// withoutOffers(): why a connection has failed, in fewer words.

/** Leaves the subprotocols out of an error text. All commands offer the same, so they do not help to find the server. */
export function withoutOffers(text: string): string {
  return text.replace(/, offering [^:]*/, "");
}
