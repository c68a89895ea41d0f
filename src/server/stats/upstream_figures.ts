// UpstreamFigures: what a server with upstreams, such as a relay, knows of each of them.

/** Figures of one upstream. Counts begin when it was added. */
export interface UpstreamFigures {
  /** Its name in the relay. */
  readonly name: string;
  /** Whether there is a connection. */
  readonly isConnected: boolean;
  /** Why the upstream is not connected, as a text for users; `undefined` if no problem is known. */
  readonly problem: string | undefined;
  /** How many connections there were. */
  readonly connections: number;
  /** How many messages were received and passed on. */
  readonly messages: number;
  /** The bytes of their payloads. */
  readonly bytes: number;
  /** How many messages of clients could not be sent to the upstream. */
  readonly publishesDropped: number;
  /** How many channels and services of this connection are not shown. The log has the first 100 reasons. */
  readonly refused: number;
}
