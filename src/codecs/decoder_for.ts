// decoderFor(): the decoder of a codec for payloads of a given encoding.

import type { Decoder } from "./codec.ts";

const UTF8 = new TextDecoder();

/** Decodes JSON to the values that `JSON.parse()` returns. */
export const PLAIN_JSON: Decoder<unknown> = {
  encoding: "json",
  decode: (bytes) => JSON.parse(UTF8.decode(bytes)),
};

/**
 * Returns the decoder for payloads of `encoding`: `decoder` itself if that is its encoding. For `json`, returns
 * `decoder.json`, or a decoder that passes on the values of `JSON.parse()`. `undefined` if the payloads cannot be
 * decoded.
 */
export function decoderFor<T>(decoder: Decoder<T>, encoding: string): Decoder<T> | undefined {
  if (encoding === decoder.encoding) return decoder;
  if (encoding !== "json") return undefined;
  // `Decoder.json` documents that these values are passed on as they are.
  return decoder.json ?? PLAIN_JSON as Decoder<T>;
}
