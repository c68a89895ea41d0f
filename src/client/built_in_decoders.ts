// The decoder factories that every client has.

import type { DecoderFactory, LazyFactory } from "./decoders.ts";
import { JSON_DECODER } from "./plain_json_decoder.ts";

/**
 * The factories by message encoding. The option `decoders` adds others and replaces these. The decoder for protobuf is
 * a quarter of a client's code, so bundlers put it into a file of its own, which is loaded for the first such message.
 */
export const BUILT_IN_DECODERS: Readonly<Record<string, DecoderFactory | LazyFactory>> = {
  json: JSON_DECODER,
  protobuf: { load: async () => (await import("./protobuf_decoder.ts")).PROTOBUF_DECODER },
};
