// Access tokens in the list of subprotocols.

import { assertEquals } from "@std/assert/equals";
import { readTokenSubprotocol, tokenSubprotocol } from "../../src/protocol/token_subprotocol.ts";

for (
  const [token, subprotocol] of [
    ["", "foxglove.token."],
    ["a", "foxglove.token.YQ"],
    ["open sesame", "foxglove.token.b3BlbiBzZXNhbWU"],
    ["?>~?>~", "foxglove.token.Pz5-Pz5-"],
    ["ÿÿÿ", "foxglove.token.w7_Dv8O_"],
  ] as const
) {
  Deno.test(`tokenSubprotocol() converts "${token}" to ${subprotocol}, and readTokenSubprotocol() converts it back`, () => {
    assertEquals(tokenSubprotocol(token), subprotocol);
    assertEquals(readTokenSubprotocol(subprotocol), token);
    // The characters that RFC 7230, section 3.2.6, allows in a subprotocol.
    assertEquals(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(subprotocol), true);
  });
}

Deno.test("readTokenSubprotocol() returns undefined for other subprotocols, and for text that is not base64url", () => {
  const others = [
    "foxglove.sdk.v1",
    "foxglove.token",
    "foxglove.token.Y",
    "foxglove.token.Y Q",
    "",
  ];
  assertEquals(others.map((each) => readTokenSubprotocol(each)), others.map(() => undefined));
});
