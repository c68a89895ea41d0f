// encoderChannel(): the channel that an encoder describes.

import type { Encoder } from "./codec.ts";

/** The members of a channel that its encoder determines. */
export interface EncoderChannel {
  topic: string;
  encoding: string;
  schemaName: string;
  schemaEncoding?: string;
  schema: string | Uint8Array;
}

/** Returns the channel for a topic. An encoder without a schema name gets the topic without its leading `/`. */
export function encoderChannel(topic: string, encoder: Encoder<never>): EncoderChannel {
  const { encoding, schemaName, schemaEncoding, schema } = encoder;
  return {
    topic,
    encoding,
    // The caller rejects a topic that is not text.
    schemaName: schemaName === "" && typeof topic === "string" ? topic.replace(/^\//, "") : schemaName,
    ...(schemaEncoding === undefined ? {} : { schemaEncoding }),
    schema,
  };
}
