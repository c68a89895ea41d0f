// JSON_DECODER: decodes messages in JSON.

import { PLAIN_JSON } from "../codecs/decoder_for.ts";
import type { DecoderFactory } from "./decoders.ts";

/** Decodes JSON without using the schema. Throws a `TypeError` for channels with another encoding. */
export const JSON_DECODER: DecoderFactory = ({ topic, encoding }) => {
  if (encoding !== "json") throw new TypeError(`Cannot decode "${topic}": its encoding is "${encoding}", not "json"`);
  return (payload) => PLAIN_JSON.decode(payload);
};
