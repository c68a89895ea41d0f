// The decoder factories that every client has.

import { PLAIN_JSON } from "../codecs/decoder_for.ts";
import { textOf } from "../error_text.ts";
import { protobuf } from "../codecs/protobuf/protobuf.ts";
import type { DecoderFactory } from "./decoders.ts";

/** Decodes JSON without using the schema. Throws a `TypeError` for channels with another encoding. */
export const JSON_DECODER: DecoderFactory = ({ topic, encoding }) => {
  if (encoding !== "json") throw new TypeError(`Cannot decode "${topic}": its encoding is "${encoding}", not "json"`);
  return (payload) => PLAIN_JSON.decode(payload);
};

/** Decodes protobuf by the descriptor that the server has sent. */
const PROTOBUF_DECODER: DecoderFactory = ({ topic, schema, schemaName }) => {
  // The text means that the server has sent no schema, or one that is not base64.
  if (typeof schema === "string") throw new TypeError(`Cannot decode "${topic}": its schema is not a descriptor`);
  try {
    const codec = protobuf({ descriptor: schema, type: schemaName });
    return (payload) => codec.decode(payload);
  } catch (cause) {
    throw new TypeError(`Cannot decode "${topic}": ${textOf(cause)}`, { cause });
  }
};

/** The factories by message encoding. The option `decoders` adds others and replaces these. */
export const BUILT_IN_DECODERS: Readonly<Record<string, DecoderFactory>> = {
  json: JSON_DECODER,
  protobuf: PROTOBUF_DECODER,
};
