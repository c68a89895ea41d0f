// TypedChannels: makes typed channels.

import type { Encoder } from "../../codecs/codec.ts";
import { encoderChannel } from "../../codecs/encoder_channel.ts";
import type { ChannelId } from "../../protocol/ids.ts";
import type { ChannelInit } from "../channel_init.ts";
import type { ChannelPublisher } from "../delivery/channel_publisher.ts";
import { checkEncoder } from "../../codecs/codec_checks.ts";
import { TypedChannel } from "./channel_handle.ts";

/** Options of `FoxgloveServer.channel()`: those of `addChannel()` that the encoder does not determine. */
export interface ChannelOptions
  extends Omit<ChannelInit, "topic" | "encoding" | "schemaName" | "schema" | "schemaEncoding"> {}

/** The parts of a server that typed channels use. */
export interface TypedChannelsParts {
  publishers: ReadonlyMap<ChannelId, ChannelPublisher>;
  add: (channel: ChannelInit) => ChannelId;
  remove: (channelId: ChannelId) => void;
  isServerClosed: () => boolean;
}

/** Makes typed channels. */
export class TypedChannels {
  readonly #parts: TypedChannelsParts;

  constructor(parts: TypedChannelsParts) {
    this.#parts = parts;
  }

  /** Adds a channel for the values of an encoder. Throws like `addChannel()`. */
  add<In>(topic: string, encoder: Encoder<In>, options: ChannelOptions): TypedChannel<In> {
    checkEncoder(`Cannot add channel "${topic}"`, encoder);
    const id = this.#parts.add({ ...options, ...encoderChannel(topic, encoder) });
    return this.handle(id, encoder);
  }

  /** Returns a handle of a channel that exists. */
  handle<In>(id: ChannelId, encoder: Pick<Encoder<In>, "encode" | "check">): TypedChannel<In> {
    const { publishers, remove, isServerClosed } = this.#parts;
    const publisher = publishers.get(id) as ChannelPublisher;
    return new TypedChannel({ publisher, encoder, remove, isServerClosed });
  }
}
