// The golden vectors: each one is decoded and encoded, or rejected with the right code.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { decodeClientMessage, decodeServerMessage } from "../../src/protocol/decode.ts";
import { encodeClientMessage, encodeServerMessage } from "../../src/protocol/encode.ts";
import type { ClientMessage, ServerMessage } from "../../src/protocol/messages.ts";
import { ProtocolError } from "../../src/protocol/protocol_error.ts";
import { hex } from "./hex.ts";
import { expected, input, type Vector, VECTORS } from "./vectors.ts";

/** Vectors in which the members of an object are in a different order than in our messages and in other vectors. */
const REORDERED = ["c2s.setParameters.integralFloat"];

function decode(vector: Vector): ServerMessage | ClientMessage {
  const decodeMessage = vector.direction === "server->client" ? decodeServerMessage : decodeClientMessage;
  return decodeMessage(input(vector));
}

function encode(vector: Vector): string | Uint8Array {
  const message = expected(vector);
  return vector.direction === "server->client"
    ? encodeServerMessage(message as ServerMessage)
    : encodeClientMessage(message as ClientMessage);
}

const counts = { decoded: 0, encoded: 0, rejected: 0 };

for (const vector of VECTORS) {
  if (vector.valid) {
    counts.decoded += 1;
    Deno.test(`E01 ${vector.name} decodes`, () => {
      assertEquals(decode(vector) as unknown, expected(vector));
    });
  } else {
    counts.rejected += 1;
    Deno.test(`E02 ${vector.name} is rejected with ${vector.error}`, () => {
      assertEquals(assertThrows(() => decode(vector), ProtocolError).code, vector.error);
    });
  }
  if (vector.emit) {
    counts.encoded += 1;
    Deno.test(`E01 ${vector.name} encodes`, () => {
      const encoded = encode(vector);
      if (typeof encoded !== "string") assertEquals(hex(encoded), vector.hex);
      else if (REORDERED.includes(vector.name)) assertEquals(JSON.parse(encoded), JSON.parse(vector.json!));
      else assertEquals(encoded, vector.json);
    });
  }
}

Deno.test("E01 and E02 cover every vector", () => {
  const count = (isCounted: (vector: Vector) => boolean) => VECTORS.filter(isCounted).length;
  assertEquals(counts, {
    decoded: count(({ valid }) => valid),
    encoded: count(({ valid, emit }) => valid && emit),
    rejected: count(({ valid }) => !valid),
  });
  assertEquals(counts.encoded > 70 && counts.rejected > 30, true, "vectors are missing");
});

for (const vector of VECTORS.filter(({ kind, valid }) => kind === "binary" && valid)) {
  // Sockets deliver ArrayBuffers.
  Deno.test(`E01 ${vector.name} decodes from an ArrayBuffer`, () => {
    const decodeMessage = vector.direction === "server->client" ? decodeServerMessage : decodeClientMessage;
    const { buffer } = input(vector) as Uint8Array<ArrayBuffer>;
    assertEquals(decodeMessage(buffer) as unknown, expected(vector));
  });

  Deno.test(`E02 ${vector.name} is rejected if it is truncated`, () => {
    const frame = input(vector) as Uint8Array<ArrayBuffer>;
    const { payloadHex = "", dataHex = "" } = vector.decoded as Record<string, string>;
    const ignored = vector.name === "s2c.fetchAssetResponse.errorWithTrailingBytes" ? "junk".length : 0;
    const fixed = frame.length - (payloadHex.length + dataHex.length) / 2 - ignored;
    for (let length = 0; length < fixed; length++) {
      const decodeMessage = vector.direction === "server->client" ? decodeServerMessage : decodeClientMessage;
      for (const data of [frame.subarray(0, length), frame.slice(0, length).buffer]) {
        const error = assertThrows(() => decodeMessage(data), ProtocolError);
        assertEquals(error.code, length === 0 ? "empty" : "truncated", `cut to ${length} bytes`);
      }
    }
  });
}
