// DECODERS: decode the messages of a server, by their encoding.

import type { DecoderFactory } from "../client/decoders.ts";
import { JSON_DECODER } from "../client/plain_json_decoder.ts";
import { PROTOBUF_DECODER } from "../client/protobuf_decoder.ts";

/** The decoders of a client, without loading one of them later. */
export const DECODERS: Readonly<Record<string, DecoderFactory>> = { json: JSON_DECODER, protobuf: PROTOBUF_DECODER };
