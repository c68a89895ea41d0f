// Traffic: counts of messages and bytes.

/** Data messages, sent or not. */
export interface Traffic {
  /** Handed to clients' sockets. */
  messagesSent: number;
  /** Their bytes, headers included. */
  bytesSent: number;
  /** Not sent: too much waited, they had waited too long, or a newer one took their place. */
  messagesDropped: number;
}

/** Traffic of which there is none yet. */
export function noTraffic(): Traffic {
  return { messagesSent: 0, bytesSent: 0, messagesDropped: 0 };
}

/** Adds to a sum. */
export function addTraffic(sum: Traffic, more: Traffic): void {
  sum.messagesSent += more.messagesSent;
  sum.bytesSent += more.bytesSent;
  sum.messagesDropped += more.messagesDropped;
}
