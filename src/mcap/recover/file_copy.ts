// FileCopy: writes what was read of files to a new one.

import { LATCH_DEPTH_KEY } from "../../protocol/latch_depth.ts";
import type { McapMessage } from "../reader/mcap_message.ts";
import type { Channel, Schema } from "../records/records.ts";
import type { McapWriter } from "../writer/writer.ts";
import type { SalvagedPart } from "./salvaged_part.ts";

/** A file to which parts of others are written. Equal schemas and channels become one. */
export class FileCopy {
  readonly #writer: McapWriter;
  readonly #latchDepthOf: (channel: Channel) => number;
  readonly #schemaIds = new Map<Schema, number>();
  readonly #channelIds = new Map<Channel, { readonly schema: Schema | undefined; readonly id: number }>();

  /**
   * Closes the writer. `latchDepthOf`: how many messages a channel latches, to be written in its metadata; 0 keeps the
   * metadata as it is.
   */
  constructor(writer: McapWriter, latchDepthOf: (channel: Channel) => number = () => 0) {
    this.#writer = writer;
    this.#latchDepthOf = latchDepthOf;
  }

  /** Writes a part. Waits while the target is slow, so that nothing is dropped. */
  async add(part: SalvagedPart): Promise<void> {
    switch (part.type) {
      case "messages":
        for (const message of part.messages) {
          if (this.#writer.isFull) await this.#writer.ready;
          this.#write(message);
        }
        return;
      case "attachment":
        this.#writer.addAttachment(part.attachment);
        break;
      case "metadata":
        this.#writer.addMetadata(part.metadata);
        break;
    }
    await this.#writer.ready;
  }

  /** Returns the id of a channel in the new file. */
  addChannel(channel: Channel, schema: Schema | undefined): number {
    const known = this.#channelIds.get(channel);
    if (known && known.schema === schema) return known.id;
    const { topic, messageEncoding } = channel;
    const latchDepth = this.#latchDepthOf(channel);
    const metadata = latchDepth > 0
      ? new Map([...channel.metadata, [LATCH_DEPTH_KEY, String(latchDepth)]])
      : channel.metadata;
    const schemaId = schema ? this.#schemaId(schema) : 0;
    const id = this.#writer.addChannel({ topic, messageEncoding, metadata, schemaId });
    this.#channelIds.set(channel, { schema, id });
    return id;
  }

  /** How many bytes of messages were written. */
  get messageBytes(): number {
    return this.#writer.stats.messageBytes;
  }

  /** Completes the file. */
  async close(): Promise<void> {
    await this.#writer.close();
  }

  #write({ channel, schema, sequence, logTime, publishTime, data }: McapMessage): void {
    const channelId = this.addChannel(channel, schema);
    this.#writer.write({ channelId, sequence, logTime, publishTime, data });
  }

  #schemaId(schema: Schema): number {
    const known = this.#schemaIds.get(schema);
    if (known !== undefined) return known;
    const { name, encoding, data } = schema;
    const id = this.#writer.addSchema({ name, encoding, data });
    this.#schemaIds.set(schema, id);
    return id;
  }
}
