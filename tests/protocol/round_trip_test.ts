// Random messages of each op are encoded and decoded.

import { assertEquals } from "@std/assert/equals";
import { decodeClientMessage, decodeServerMessage } from "../../src/protocol/decode.ts";
import { encodeClientMessage, encodeServerMessage } from "../../src/protocol/encode.ts";
import type { ClientMessage, ServerMessage } from "../../src/protocol/messages.ts";
import { Random } from "./random.ts";
import { CLIENT_MESSAGES, SERVER_MESSAGES } from "./random_messages.ts";

const ROUNDS = 300;

function assertRoundTrips<Message extends { op: string }>(
  make: (random: Random) => Message,
  encode: (message: Message) => string | Uint8Array,
  decode: (data: string | Uint8Array) => Message,
): void {
  for (let seed = 0; seed < ROUNDS; seed++) {
    const message = make(new Random(seed));
    assertEquals(decode(encode(message)), message, `seed ${seed}`);
  }
}

for (const [op, make] of Object.entries(SERVER_MESSAGES)) {
  Deno.test(`decodeServerMessage() decodes each encoded ${op}`, () => {
    assertRoundTrips<ServerMessage>(make, encodeServerMessage, decodeServerMessage);
  });
}

for (const [op, make] of Object.entries(CLIENT_MESSAGES)) {
  Deno.test(`decodeClientMessage() decodes each encoded ${op}`, () => {
    assertRoundTrips<ClientMessage>(make, encodeClientMessage, decodeClientMessage);
  });
}

Deno.test("the random messages have the op of their entry", () => {
  const ops = (makers: Record<string, (random: Random) => { op: string }>) =>
    Object.values(makers).map((make) => make(new Random(0)).op);
  assertEquals(ops(SERVER_MESSAGES), Object.keys(SERVER_MESSAGES));
  assertEquals(ops(CLIENT_MESSAGES), Object.keys(CLIENT_MESSAGES));
});
