// MessageReader: the side of a subscription that the client fills with messages.

import type { Channel } from "../protocol/channels.ts";
import type { ReceivedMessage } from "./subscription.ts";

/** A subscription of the program, as the client uses it. */
export interface MessageReader {
  /** The topic; `undefined` if {@linkcode MessageReader.matches} decides. */
  readonly topic: string | undefined;
  /** Whether the subscription includes a channel. Called once for each channel that is advertised. Never throws. */
  matches(channel: Channel): boolean;
  /** Handles a message. Ignored after the end. */
  push(message: ReceivedMessage): void;
  /** Ends the subscription, because the client does not connect again. */
  end(error: Error | undefined): void;
}

/** The parts of a client that a subscription uses. */
export interface ReaderContext {
  /** The channels that a subscription currently receives. */
  channelsOf(reader: MessageReader): readonly Channel[];
  onError(error: unknown): void;
  onWarning(message: string): void;
}
