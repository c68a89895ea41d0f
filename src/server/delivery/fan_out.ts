// FanOut: sends a message to all subscribers of a channel by another way than their outboxes.

import type { ChannelEntry } from "../../session/channel_table.ts";
import type { ChannelSource, ClientOutbox, DataFrame } from "./outbox.ts";

/** A client, as publishers see it. */
export interface Receiver {
  readonly info: { readonly id: number };
  readonly outbox: ClientOutbox;
}

/** Sends messages to all subscribers at once, for example to those in other threads. */
export interface FanOut {
  /** Sends a message to all subscribers. `message` may be reused as soon as this returns. */
  sendToAll(message: DataFrame, source: ChannelSource, entry: ChannelEntry<Receiver>): void;
  /** The channel was removed, or the server closes: no message of it follows. */
  closed(source: ChannelSource): void;
}
