// decodeMessage(): decodes a message once for all parts of the page.

import type { Channel, ReceivedMessage } from "../client/mod.ts";
import type { DecoderFactory, MessageDecoder } from "../client/decoders.ts";
import { JSON_DECODER } from "../client/plain_json_decoder.ts";
import { PROTOBUF_DECODER } from "../client/protobuf_decoder.ts";

/** Larger messages are neither listed nor plotted, because that would stall the page. Panels may decode them. */
export const MAX_DECODED_BYTES: number = 4 * 1024 * 1024;

const FACTORIES: ReadonlyMap<string, DecoderFactory> = new Map([["json", JSON_DECODER], [
  "protobuf",
  PROTOBUF_DECODER,
]]);

/** Decoders, or the errors of schemas that cannot be used. Both end with their channels. */
const decoders = new WeakMap<Channel, MessageDecoder | Error>();
const values = new WeakMap<ReceivedMessage, { value: unknown }>();

/**
 * Returns the value of a message.
 *
 * @throws When the encoding has no decoder, the schema cannot be used, or the payload does not fit it.
 */
export function decodeMessage(message: ReceivedMessage): unknown {
  const known = values.get(message);
  if (known) return known.value;
  const value = decoderOf(message.channel)(message.payload);
  values.set(message, { value });
  return value;
}

/** Whether the page has a decoder for the encoding of a channel. */
export function canDecode({ encoding }: Channel): boolean {
  return FACTORIES.has(encoding);
}

function decoderOf(channel: Channel): MessageDecoder {
  let decoder = decoders.get(channel);
  if (!decoder) decoders.set(channel, decoder = createDecoder(channel));
  if (typeof decoder === "function") return decoder;
  throw decoder;
}

function createDecoder(channel: Channel): MessageDecoder | Error {
  const factory = FACTORIES.get(channel.encoding);
  if (!factory) return new TypeError(`Cannot decode the encoding "${channel.encoding}"`);
  try {
    return factory(channel);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
