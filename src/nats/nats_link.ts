// NatsLink: one user of a connection to NATS: its window, the events of the connection, and its limits.

import type { Clock } from "../clock.ts";
import { textOf } from "../error_text.ts";
import type { Logger } from "../logger.ts";
import { droppedText } from "../quantities.ts";
import type { NatsConnection, NatsMessage } from "./nats_connection.ts";
import { SendWindow } from "./send_window.ts";

/** Larger messages are sent in several parts, even if the server would take them, so that others can go between. */
const MAX_FRAME_BYTES = 1024 * 1024;
/** The part of `max_payload` that is left free. */
const RESERVED_BYTES = 1024;

/** What a user of the connection does when it changes. */
export interface LinkEvents {
  /** The connection is lost. */
  disconnected(): void;
  /** There is a connection again. Subscriptions are restored by the client of NATS. */
  reconnected(): void;
  /** The connection is closed for good. */
  closed(): void;
  /** How many messages were dropped since the start, for the log. Default: not known. */
  readonly dropped?: () => number;
}

/** Options of {@linkcode NatsLink}. */
export interface LinkOptions {
  readonly connection: NatsConnection;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Names the user of the connection in the log. */
  readonly label: string;
  readonly maxUnconfirmedBytes: number;
}

/** Follows a connection that belongs to the program. */
export class NatsLink {
  readonly connection: NatsConnection;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly label: string;
  readonly window: SendWindow;
  /** When the connection was lost, and how many messages had been dropped before; `undefined` while there is one. */
  #loss: { readonly at: number; readonly dropped: number } | undefined;
  #isClosed = false;

  constructor({ connection, clock, logger, label, maxUnconfirmedBytes }: LinkOptions) {
    this.connection = connection;
    this.clock = clock;
    this.logger = logger;
    this.label = label;
    this.window = new SendWindow(connection, clock, maxUnconfirmedBytes);
  }

  /** The maximum size of one message. */
  readonly maxFrameBytes = (): number => {
    const limit = this.connection.info?.max_payload ?? MAX_FRAME_BYTES;
    return Math.max(RESERVED_BYTES, Math.min(limit, MAX_FRAME_BYTES) - RESERVED_BYTES);
  };

  /** The clock for headers, in ms modulo 2^32. */
  readonly sentMs = (): number => Math.floor(this.clock.now()) % 0x1_0000_0000;

  /** Reports the events of the connection until `close()`. */
  follow(events: LinkEvents): void {
    void (async () => {
      for await (const { type } of this.connection.status()) {
        if (this.#isClosed) return;
        if (type === "disconnect") {
          this.#logLoss(events.dropped?.() ?? 0);
          this.window.disconnected();
          events.disconnected();
        } else if (type === "reconnect") {
          this.#logRecovery(events.dropped?.() ?? 0);
          this.window.reconnected();
          events.reconnected();
        }
      }
    })().catch(() => {});
    void this.connection.closed().then((error) => {
      if (this.#isClosed) return;
      const reason = error === undefined ? "" : `: ${textOf(error)}`;
      this.logger.error(
        `${this.label}: the connection to NATS is closed for good${reason}; connect with maxReconnectAttempts: -1`,
      );
      this.window.disconnected();
      events.closed();
    });
  }

  /** Calls a function for each message of a subject. Returns a function that ends it. */
  subscribe(subject: string, receive: (message: NatsMessage) => void): () => void {
    let isEnded = false;
    const subscription = this.connection.subscribe(subject, {
      callback: (error, message) => {
        if (!error && !this.#isClosed && !isEnded) receive(message);
      },
    });
    return () => {
      isEnded = true;
      if (!this.connection.isClosed()) subscription.unsubscribe();
    };
  }

  #logLoss(dropped: number): void {
    if (this.#loss) return;
    this.#loss = { at: this.clock.now(), dropped };
    this.logger.warn(`${this.label}: lost the connection to NATS`);
  }

  /** On the level of the loss, so that the last line of a log is never a failure that is over. */
  #logRecovery(dropped: number): void {
    if (!this.#loss) return;
    const seconds = Math.round((this.clock.now() - this.#loss.at) / 1000);
    const count = dropped - this.#loss.dropped;
    this.#loss = undefined;
    const lost = count === 0 ? "" : `, ${droppedText(count)}`;
    this.logger.warn(`${this.label}: connected to NATS again after ${seconds} s${lost}`);
  }

  /** Reports no more events and messages. The connection stays open. */
  close(): void {
    this.#isClosed = true;
    this.window.close();
  }
}
