// ANY_JSON: the codec for JSON messages with any members.

import type { Codec } from "./codec.ts";
import { toJsonText } from "./json_text.ts";

/** The JSON Schema of any object. */
export const ANY_OBJECT = '{"type":"object"}';

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/**
 * What `json()` returns without options, except for `check()`, which finds nothing then. Clients use it as the default,
 * so that bundles contain the rest of `json()` only if the program calls it.
 */
export const ANY_JSON: Codec<unknown> = {
  encoding: "json",
  schemaName: "",
  schemaEncoding: "jsonschema",
  schema: ANY_OBJECT,
  encode: toJsonText,
  decode: (bytes) => JSON.parse(UTF8.decode(bytes)),
};
