// originOf(): the origins of pages.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { originOf } from "../../../src/cli/doctor/check_origin.ts";
import { Failure } from "../../../src/cli/failure.ts";

for (
  const [text, origin] of [
    ["http://viz.local:8080", "http://viz.local:8080"],
    ["http://viz.local:8080/?ds=foxglove-websocket", "http://viz.local:8080"],
    ["192.168.1.5:8080", "http://192.168.1.5:8080"],
    ["https://viz.local:443/", "https://viz.local"],
    ["app://.", "app://."],
  ] as const
) {
  Deno.test(`originOf() returns ${origin} for ${text}`, () => assertEquals(originOf(text), origin));
}

Deno.test("originOf() throws for text that is not an address", () => {
  assertThrows(() => originOf("http://"), Failure, "is not the address of an app");
});
