// Encoding of a client's messages, compared with the public encoder.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { encodeMessage } from "../../src/client/encode_message.ts";
import { encodeClientMessage } from "../../src/protocol/encode.ts";
import type { ClientMessage } from "../../src/protocol/messages.ts";
import { Random } from "../protocol/random.ts";
import { CLIENT_MESSAGES } from "../protocol/random_messages.ts";

const SEED = Number(Math.random().toString().slice(2, 11));
const ROUNDS = 20;

for (const [op, create] of Object.entries(CLIENT_MESSAGES)) {
  Deno.test(`encodeMessage() writes ${op} like encodeClientMessage()`, () => {
    const random = new Random(SEED);
    for (let round = 0; round < ROUNDS; round++) {
      const message = create(random);
      assertEquals(encodeMessage(message), encodeClientMessage(message), `seed ${SEED}`);
    }
  });
}

Deno.test("encodeMessage() checks the values of the program like encodeClientMessage()", () => {
  for (
    const message of [
      { op: "fetchAsset", requestId: 1, uri: 5 },
      { op: "getParameters", parameterNames: [5] },
      { op: "setParameters", parameters: [{ name: "a", value: NaN }] },
      { op: "advertise", channels: [{ id: 1, topic: 5, encoding: "json", schemaName: "" }] },
      { op: "serviceCallRequest", serviceId: 1, callId: 1, encoding: 5, payload: new Uint8Array() },
      { op: "playbackControlRequest", command: "stop", speed: 1, requestId: "" },
    ] as unknown as ClientMessage[]
  ) {
    const { message: text } = assertThrows(() => encodeClientMessage(message), Error, "Cannot write");
    assertThrows(() => encodeMessage(message), TypeError, text);
  }
});
