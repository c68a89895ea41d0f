// NatsConnection: the members of a connection to NATS that this package uses.

/** A message that was received from NATS. */
export interface NatsMessage {
  /** The subject to which it was sent. */
  readonly subject: string;
  /** The payload. This package copies what it keeps. */
  readonly data: Uint8Array;
  /** The subject for answers, if the message is a request. */
  readonly reply?: string;
  /** Headers. Only the status code that the server itself sets is read. */
  readonly headers?: { readonly code: number };
}

/**
 * A connection to NATS that your program has opened. The connections of npm's `@nats-io/transport-node` and
 * `@nats-io/nats-core`, and of JSR's `@nats-io/transport-deno`, fit.
 *
 * Connect with `maxReconnectAttempts: -1`. By default these clients give up after ten attempts, which is about 20
 * seconds. At the end, call `close()`: their `drain()` rejects while NATS is away.
 */
export interface NatsConnection {
  /**
   * Sends a message. May keep the payload, which this package never changes afterwards.
   *
   * @throws {Error} When the payload is larger than `info.max_payload`, or the connection is closed.
   */
  publish(subject: string, payload?: Uint8Array | string, options?: { reply?: string }): void;
  /** Calls `callback` for each message on a subject. */
  subscribe(
    subject: string,
    options: { callback: (error: Error | null, message: NatsMessage) => void },
  ): { unsubscribe(): void };
  /** Sends a request, and returns the first response. */
  request(subject: string, payload: Uint8Array | string, options: { timeout: number }): Promise<NatsMessage>;
  /** Resolves when the server has received everything that was sent before. Rejects when the connection is lost. */
  flush(): Promise<void>;
  /** The events of the connection. `disconnect` and `reconnect` are used. */
  status(): AsyncIterable<{ readonly type: string }>;
  /** Resolves when the connection is closed for good, with an error if it has failed. */
  closed(): Promise<unknown>;
  /** Whether the connection is closed for good. */
  isClosed(): boolean;
  /** What the server has said about itself. */
  readonly info?: { readonly max_payload: number };
}

const METHODS = ["publish", "subscribe", "request", "flush", "status", "closed", "isClosed"] as const;

/**
 * Checks that a value is an open connection. `cannot` is the beginning of the error texts.
 *
 * @throws {TypeError} If it is not.
 */
export function checkConnection(cannot: string, connection: NatsConnection): void {
  for (const name of METHODS) {
    if (typeof connection?.[name] !== "function") throw new TypeError(`${cannot}: the connection has no ${name}()`);
  }
  if (connection.isClosed()) throw new TypeError(`${cannot}: the connection is closed`);
}
