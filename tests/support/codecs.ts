// Codecs for tests: one of bytes and one of JSON.

import type { Codec, Decoder } from "../../src/codecs/codec.ts";

/** A value that both codecs of this file have. */
export interface Volts {
  volts: number;
}

/** Reads volts from JSON in mV, so that its values differ from those of `JSON.parse()`. */
const VOLTS_IN_JSON: Decoder<Volts> = {
  encoding: "json",
  decode: (bytes) => ({ volts: JSON.parse(new TextDecoder().decode(bytes)).millivolts / 1000 }),
};

/** One byte: the volts. */
export const VOLTS: Codec<Volts> = {
  encoding: "volts",
  schemaName: "Volts",
  schemaEncoding: "text",
  schema: "uint8 volts",
  json: VOLTS_IN_JSON,
  decode(bytes) {
    if (bytes.length !== 1) throw new RangeError(`Volts have 1 byte, not ${bytes.length}`);
    return { volts: bytes[0]! };
  },
  encode({ volts }) {
    if (typeof volts !== "number") throw new TypeError(`"volts" must be a number, not a ${typeof volts}`);
    return Uint8Array.of(volts);
  },
};

/** Any JSON, with a schema name. */
export const VOLTS_JSON: Codec<Volts> = {
  encoding: "json",
  schemaName: "Volts",
  schema: '{"type":"object"}',
  decode: (bytes) => JSON.parse(new TextDecoder().decode(bytes)),
  encode: (value) => JSON.stringify(value),
};
