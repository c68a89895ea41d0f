// PROTOBUF_DECODER: decodes messages in protobuf.

import { linkMessageType } from "../codecs/protobuf/linked_type.ts";
import { textOf } from "../error_text.ts";
import type { DecoderFactory } from "./decoders.ts";

/** Decodes protobuf by the descriptor that the server has sent. */
export const PROTOBUF_DECODER: DecoderFactory = ({ topic, schema, schemaName }) => {
  // The text means that the server has sent no schema, or one that is not base64.
  if (typeof schema === "string") throw new TypeError(`Cannot decode "${topic}": its schema is not a descriptor`);
  try {
    return linkMessageType(schema, schemaName).decode;
  } catch (cause) {
    throw new TypeError(`Cannot decode "${topic}": ${textOf(cause)}`, { cause });
  }
};
