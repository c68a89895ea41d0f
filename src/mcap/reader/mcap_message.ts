// McapMessage: a message with its channel and its schema. McapReadOptions select messages.

import type { NamePattern } from "../../name_patterns.ts";
import type { Channel, Schema } from "../records/records.ts";

/** A message with its channel and its schema. */
export interface McapMessage {
  /** Its channel. All messages of a channel have the same object. */
  readonly channel: Channel;
  /** The schema of the channel; `undefined` if the channel has none, or the file does not contain it. */
  readonly schema: Schema | undefined;
  /** A uint32 that the recorder counts to show gaps, or 0. */
  readonly sequence: number;
  /** When the message was recorded, in ns. */
  readonly logTime: bigint;
  /** When the message was published, in ns. */
  readonly publishTime: bigint;
  /**
   * The content, in the encoding of the channel: a view of the decompressed chunk, which does not change afterwards. As
   * long as the view exists, the memory of the whole chunk stays allocated. To keep only a few messages, copy them with
   * `slice()`.
   */
  readonly data: Uint8Array;
}

/** Selects messages. */
export interface McapSelection {
  /**
   * Names of topics, beginnings with `*` (`"/camera/*"`), or regular expressions.
   *
   * @default {undefined} All topics.
   */
  readonly topics?: readonly NamePattern[];
  /**
   * The earliest log time, in ns.
   *
   * @default {undefined} From the first message on.
   */
  readonly start?: bigint;
  /**
   * The log time before which messages end, in ns. A message with exactly this time is not selected.
   *
   * @default {undefined} Up to the last message.
   */
  readonly end?: bigint;
}

/** Options of `McapReader.messages()` and `McapReader.batches()`. */
export interface McapReadOptions extends McapSelection {
  /**
   * Whether the latest message is first. Messages with the same time have the reverse order, too.
   *
   * @default {false}
   */
  readonly reverse?: boolean;
  /** Ends the loop with its reason. */
  readonly signal?: AbortSignal;
}
