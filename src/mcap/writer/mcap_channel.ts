// McapChannel: a channel of a file that encodes the values of a program.

import { CheckedEncoder } from "../../codecs/checked_encoder.ts";
import type { Encoder } from "../../codecs/codec.ts";
import { encoderChannel } from "../../codecs/encoder_channel.ts";
import { effectiveSchemaEncoding } from "../../protocol/schema_encodings.ts";
import { timeNs } from "../../time_ns.ts";
import type { ChannelInit, MessageInit, SchemaInit, TextMap } from "./inits.ts";

/** Options of `McapWriter.channel()`. */
export interface McapChannelOptions {
  /** Texts about the channel. Empty by default. */
  readonly metadata?: TextMap;
}

/** Options of {@linkcode McapChannel.send}. */
export interface McapSendOptions extends Pick<MessageInit, "publishTime" | "sequence"> {
  /** When the value was recorded, in ns. Default: now. */
  readonly logTime?: bigint;
}

/**
 * A typed channel of a file: made by `McapWriter.channel()`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { LocationFix } from "@x/foxglove-ws/schemas";
 * import { McapWriter } from "@x/foxglove-ws/mcap";
 *
 * await using writer = await McapWriter.open({ write() {} });
 * const gps = writer.channel("/gps", LocationFix);
 * gps.send({ latitude: 52.47, longitude: 13.4 }, { logTime: 1_700_000_000_000_000_000n });
 * assertEquals([gps.topic, writer.stats.messages], ["/gps", 1]);
 * ```
 */
export interface McapChannel<In> {
  /** The id for `McapWriter.write()`. */
  readonly id: number;
  /** The topic. */
  readonly topic: string;
  /**
   * Encodes a value and writes it. Returns `false` if the message was dropped: see `McapWriter.write()`. The value may
   * be changed as soon as this returns.
   *
   * @throws {TypeError} If the value cannot be encoded, or the first value has members that the schema does not have.
   * @throws {TypeError | RangeError} If an option is invalid, or if the writer is closed.
   */
  send(value: In, options?: McapSendOptions): boolean;
}

/** The parts of a writer that a typed channel uses. */
export interface ChannelTarget {
  addSchema(schema: SchemaInit): number;
  addChannel(channel: ChannelInit): number;
  write(message: MessageInit): boolean;
}

/** Adds a typed channel to a writer. */
export function createChannel<In>(
  writer: ChannelTarget,
  topic: string,
  encoder: Encoder<In>,
  { metadata }: McapChannelOptions,
): McapChannel<In> {
  const described = encoderChannel(topic, encoder);
  const { encoding, schemaName, schema } = described;
  const hasSchema = schemaName !== "" || schema.length > 0;
  const schemaId = hasSchema
    ? writer.addSchema({ name: schemaName, encoding: effectiveSchemaEncoding(described) ?? "", data: schema })
    : 0;
  const id = writer.addChannel({ topic, messageEncoding: encoding, schemaId, ...(metadata && { metadata }) });
  const checked = new CheckedEncoder(encoder, `write on "${topic}"`);
  const utf8 = new TextEncoder();
  return {
    id,
    topic,
    send(value, { logTime = timeNs(), ...others } = {}) {
      const payload = checked.encode(value, logTime);
      const data = typeof payload === "string" ? utf8.encode(payload) : payload;
      return writer.write({ channelId: id, logTime, data, ...others });
    },
  };
}
