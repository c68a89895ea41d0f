// withoutOffers(): why a connection has failed, in fewer words.

/** Leaves the subprotocols out of an error text, because all commands offer the same. */
export function withoutOffers(text: string): string {
  return text.replace(/, offering [^:]*/, "");
}
