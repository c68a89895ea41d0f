// Whether the payloads of a channel fit the decoder that the program chose for a subscription.

import type { Decoder } from "../codecs/codec.ts";
import { decoderFor } from "../codecs/decoder_for.ts";
import { otherSchema } from "../codecs/other_schema.ts";
import type { Channel } from "../protocol/channels.ts";

/**
 * Returns the decoder for the payloads of a channel.
 *
 * @throws {TypeError} When `decoder` cannot decode the channel's encoding, or the channel has another schema. Payloads
 * of another schema would become wrong values without an error.
 */
export function decoderForChannel<T>(decoder: Decoder<T>, channel: Channel): Decoder<T> {
  const { topic, encoding } = channel;
  const fitting = decoderFor(decoder, encoding);
  if (!fitting) {
    throw new TypeError(`Cannot decode "${topic}": its encoding is "${encoding}", not "${decoder.encoding}"`);
  }
  const difference = schemaDifference(decoder, channel);
  if (difference !== undefined && encoding !== "json") throw new TypeError(`Cannot decode "${topic}": ${difference}`);
  return fitting;
}

/** Returns a warning if the decoder's schema has another name than the channel's, for a channel of JSON. */
export function schemaWarning(decoder: Decoder<unknown>, channel: Channel): string | undefined {
  const difference = channel.encoding === "json" ? schemaDifference(decoder, channel) : undefined;
  return difference && `Decoding "${channel.topic}" although ${difference}`;
}

function schemaDifference(decoder: Decoder<unknown>, { schemaName }: Channel): string | undefined {
  const expected = otherSchema(decoder, schemaName);
  return expected && `its schema is "${schemaName}", not "${expected}"`;
}
