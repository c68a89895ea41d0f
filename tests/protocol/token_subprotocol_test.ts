// Access tokens among the subprotocols.

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
  Deno.test(`tokenSubprotocol() of "${token}" is ${subprotocol}, and back`, () => {
    assertEquals(tokenSubprotocol(token), subprotocol);
    assertEquals(readTokenSubprotocol(subprotocol), token);
    // What RFC 7230, section 3.2.6, lets a subprotocol consist of.
    assertEquals(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(subprotocol), true);
  });
}

Deno.test("readTokenSubprotocol() finds none in other subprotocols, or where it is no base64url", () => {
  const others = [
    "foxglove.sdk.v1",
    "foxglove.token",
    "foxglove.token.Y",
    "foxglove.token.Y Q",
    "",
  ];
  assertEquals(others.map((each) => readTokenSubprotocol(each)), others.map(() => undefined));
});
