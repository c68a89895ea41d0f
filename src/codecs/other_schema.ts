// otherSchema(): whether a channel has another schema than the codec that is to decode it.

import type { Decoder, Encoder } from "./codec.ts";

/**
 * Returns the name of the codec's schema if the channel's is another one. Payloads of another schema would become wrong
 * values without an error.
 *
 * Only names that both sides have are compared. A decoder has one if it is also an encoder.
 */
export function otherSchema(decoder: Decoder<unknown>, schemaName: string): string | undefined {
  const { schemaName: expected } = decoder as Partial<Encoder<unknown>>;
  return !expected || schemaName === "" || schemaName === expected ? undefined : expected;
}
