// NatsPublication: what publishToNats() returns, its statistics, and its errors.

import { PUBLISH } from "./nats_options.ts";
import type { Subjects } from "./subjects.ts";

/** The beginning of error texts. */
export const CANNOT: string = `Cannot ${PUBLISH}`;

/** The statistics of a publication. Counts begin with its start. */
export interface NatsPublicationStats {
  /** How many edges have sent their wishes recently. */
  readonly edges: number;
  /** How many channels edges can see. */
  readonly channels: number;
  /** How many of them an edge uses. Only their messages are sent. */
  readonly used: number;
  /** How many messages were sent. */
  readonly messages: number;
  /** The bytes of their payloads. */
  readonly bytes: number;
  /** How many messages were dropped, because NATS had not confirmed earlier ones. */
  readonly dropped: number;
  /** How many messages and requests of edges were dropped, because they were older than `maxAgeMs`. */
  readonly tooOld: number;
  /** How many bytes were sent, but are not confirmed. */
  readonly unconfirmedBytes: number;
  /** How many values of the state wait to be sent. */
  readonly waitingState: number;
}

/** A server that is published to NATS: see {@linkcode publishToNats}. */
export interface NatsPublication extends AsyncDisposable {
  /** Names this call of `publishToNats()`. */
  readonly runId: string;
  /**
   * Resolves when the publication has ended: with an error if it ended by itself, because another robot uses the prefix
   * or the connection is closed for good.
   */
  readonly closed: Promise<Error | undefined>;
  /** Returns statistics, as a new object for each call. */
  stats(): NatsPublicationStats;
  /** Notifies the edges that the robot has ended. The server and the connection stay open. */
  close(): Promise<void>;
}

/** Returns the error for a prefix that another robot uses. */
export function usedTwice({ prefix }: Subjects): Error {
  return new Error(`${CANNOT}: another robot uses the prefix "${prefix}"; each robot needs its own`);
}
