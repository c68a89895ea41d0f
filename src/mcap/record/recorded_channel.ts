// RecordedChannel: a channel of a server, as a recording knows it.

import type { Channel } from "../../protocol/channels.ts";
import type { Message } from "../records/records.ts";
import { laterOf } from "../records/times.ts";
import type { McapWriter } from "../writer/writer.ts";
import { defineChannel } from "./define_channel.ts";
import { LatchedMessages } from "./latched_messages.ts";
import type { TopicCounts } from "./recording_counts.ts";

/** A message that a later file repeats. */
type LatchedMessage = Omit<Message, "channelId">;

/** A channel with its id in the current file, and with the messages that the next file repeats. */
export class RecordedChannel {
  readonly channel: Channel;
  readonly counts: TopicCounts;
  readonly #latchDepth: number;
  readonly #latched: LatchedMessages<LatchedMessage>;
  #writer: McapWriter | undefined;
  #id = 0;

  /** `latchDepth`: how many messages the channel latches. */
  constructor(channel: Channel, latchDepth: number, counts: TopicCounts) {
    this.channel = channel;
    this.counts = counts;
    this.#latchDepth = latchDepth;
    this.#latched = new LatchedMessages(latchDepth);
  }

  /** Whether the channel is latched. */
  get isLatched(): boolean {
    return this.#latchDepth > 0;
  }

  /**
   * Returns the id of the channel in this file, and adds it if necessary.
   *
   * @throws {TypeError | RangeError} If the file cannot have the channel.
   */
  idIn(writer: McapWriter): number {
    if (this.#writer !== writer) {
      this.#id = defineChannel(writer, this.channel, this.#latchDepth);
      this.#writer = writer;
    }
    return this.#id;
  }

  /** Keeps a message for the next file. Its data is copied. */
  keep({ logTime, publishTime, sequence, data }: LatchedMessage): void {
    this.#latched.add({ logTime, publishTime, sequence, data });
  }

  /** Writes the kept messages to another file, with `logTime` instead of earlier times. Returns how many it wrote. */
  repeat(writer: McapWriter, logTime: bigint): number {
    const channelId = this.idIn(writer);
    let written = 0;
    for (const message of this.#latched) {
      if (writer.write({ ...message, channelId, logTime: laterOf(message.logTime, logTime) })) written += 1;
    }
    return written;
  }
}
