import { assertEquals } from "@std/assert/equals";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { assertThrows } from "@std/assert/throws";
import type { Decoder } from "../../src/codecs/codec.ts";
import { decoderFor } from "../../src/codecs/decoder_for.ts";

const FROM_JSON: Decoder<number> = { encoding: "json", decode: () => 1 };
const RAW: Decoder<number> = { encoding: "raw", decode: (bytes) => bytes.length };
const BOTH: Decoder<number> = { ...RAW, json: FROM_JSON };

Deno.test("decoderFor() returns the decoder itself for its own encoding", () => {
  for (const decoder of [FROM_JSON, RAW, BOTH]) assertStrictEquals(decoderFor(decoder, decoder.encoding), decoder);
});

Deno.test("decoderFor() returns the JSON decoder of a decoder for JSON", () => {
  assertStrictEquals(decoderFor(BOTH, "json"), FROM_JSON);
});

Deno.test("decoderFor() returns a decoder of plain JSON if the decoder has none", () => {
  const decoder = decoderFor(RAW, "json") as Decoder<unknown> | undefined;
  assertEquals(decoder?.encoding, "json");
  assertEquals(decoder?.decode(new TextEncoder().encode('{"is":"ü"}')), { is: "ü" });
  assertThrows(() => decoder?.decode(new TextEncoder().encode("{")), SyntaxError);
});

Deno.test("decoderFor() returns undefined for other encodings", () => {
  for (const encoding of ["cdr", "", "JSON"]) assertEquals(decoderFor(BOTH, encoding), undefined);
});
