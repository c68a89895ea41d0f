// Traffic: counts of sent and dropped data messages.

/** Counts of data messages. Each message counts once for each client. */
export interface Traffic {
  /** How many messages were passed to clients' sockets. */
  messagesSent: number;
  /** The bytes of these messages, headers included. */
  bytesSent: number;
  /**
   * How many messages were not sent because the queue was full, they were too old, or a newer message replaced them.
   */
  messagesDropped: number;
}

/** Returns counts that are all 0. */
export function noTraffic(): Traffic {
  return { messagesSent: 0, bytesSent: 0, messagesDropped: 0 };
}

/** Adds `more` to `sum`. */
export function addTraffic(sum: Traffic, more: Traffic): void {
  sum.messagesSent += more.messagesSent;
  sum.bytesSent += more.bytesSent;
  sum.messagesDropped += more.messagesDropped;
}
