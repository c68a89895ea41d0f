// ValuePublisher: publishes values as JSON, and makes the channel of a topic on first use.

import type { EncodeContext } from "../../codecs/codec.ts";
import { type InferredObject, type InferredSchema, inferSchema } from "../../codecs/infer_schema.ts";
import { toJsonText } from "../../codecs/json_text.ts";
import { schemaDifference } from "../../codecs/schema_difference.ts";
import type { Channel } from "../../protocol/channels.ts";
import type { ChannelId } from "../../protocol/ids.ts";
import { checkTimestamp } from "../delivery/message_frame.ts";
import { textOf } from "../../error_text.ts";
import type { Logger } from "../../logger.ts";
import type { SendOptions, TypedChannel } from "./channel_handle.ts";
import type { ChannelOptions, TypedChannels } from "./typed_channels.ts";

/** Options of `FoxgloveServer.publish()`. The options of the channel count only in the call that makes the channel. */
export interface PublishOptions extends SendOptions, ChannelOptions {}

/** The parts of a server that `publish()` uses. */
export interface ValuePublisherParts {
  typedChannels: TypedChannels;
  /** Returns the live channels of a topic. */
  channelsOf: (topic: string) => Iterable<Channel>;
  logger: Logger;
}

/** How many values of a channel are compared with its schema. */
const COMPARED_VALUES = 100;
/**
 * How often a later value is compared, in ns of the messages' timestamps. Reading a clock for each would cost 100 ns.
 */
const COMPARE_NS = 1_000_000_000n;

/** Publishes values. */
export class ValuePublisher {
  readonly #parts: ValuePublisherParts;
  readonly #byTopic = new Map<string, TypedChannel<unknown>>();

  constructor(parts: ValuePublisherParts) {
    this.#parts = parts;
  }

  /** Publishes a value. Throws a `TypeError` if the value or the existing channel is not suitable. */
  publish(topic: string, value: unknown, options: PublishOptions | undefined): void {
    // Checked first, so that a call that fails makes no channel.
    if (options?.timestamp !== undefined) checkTimestamp(options.timestamp);
    const known = this.#byTopic.get(topic);
    // `known` may have been removed, by any method.
    const channel = known && !known.isClosed ? known : this.#open(topic, value, options ?? {});
    channel.send(value, options);
  }

  #open(topic: string, value: unknown, options: PublishOptions): TypedChannel<unknown> {
    const { typedChannels } = this.#parts;
    const existing = this.#find(topic);
    const channel = existing === undefined
      ? this.#create(topic, value, options)
      : typedChannels.handle(existing, { encode: toJsonText });
    this.#byTopic.set(topic, channel);
    return channel;
  }

  /** Returns a live JSON channel of the topic, or `undefined` if the topic has no channel. */
  #find(topic: string): ChannelId | undefined {
    let other: Channel | undefined;
    for (const channel of this.#parts.channelsOf(topic)) {
      if (channel.encoding === "json") return channel.id;
      other = channel;
    }
    if (!other) return undefined;
    throw new TypeError(`Cannot publish on "${topic}": its channel has encoding "${other.encoding}", not "json"`);
  }

  #create(topic: string, value: unknown, options: PublishOptions): TypedChannel<unknown> {
    const { typedChannels, logger } = this.#parts;
    const { timestamp: _timestamp, to: _to, ...channelOptions } = options;
    const { schema, leftOut } = this.#infer(topic, value);
    for (const { path, reason } of leftOut) {
      logger.warn(`Topic "${topic}": "${path}" ${reason}, so apps do not list it`);
    }
    return typedChannels.add(topic, {
      encoding: "json",
      schemaName: "",
      schemaEncoding: "jsonschema",
      schema: JSON.stringify(schema),
      encode: this.#comparing(topic, schema),
    }, channelOptions);
  }

  #infer(topic: string, value: unknown): InferredSchema {
    try {
      return inferSchema(value);
    } catch (cause) {
      throw new TypeError(`Cannot publish on "${topic}": ${textOf(cause)}`, { cause });
    }
  }

  /** Returns an encoder that warns once about a value that does not fit the schema. */
  #comparing(topic: string, schema: InferredObject): (value: unknown, context: EncodeContext) => string {
    const { logger } = this.#parts;
    let count = 0;
    let comparedAt = 0n;
    let isReported = false;
    const isDue = (timestamp: bigint) => {
      count += 1;
      // Timestamps may go back.
      if (count > COMPARED_VALUES && timestamp < comparedAt + COMPARE_NS && timestamp >= comparedAt) return false;
      comparedAt = timestamp;
      return true;
    };
    return (value, { timestamp }) => {
      const text = toJsonText(value);
      const difference = !isReported && isDue(timestamp) ? schemaDifference(schema, value) : undefined;
      if (difference === undefined) return text;
      isReported = true;
      logger.warn(
        `Topic "${topic}": "${difference.path}" ${difference.reason}. The schema was made from the first value, and apps ` +
          `may not show others. Declare all members with channel("${topic}", json({ example }))`,
      );
      return text;
    };
  }
}
