// The magic bytes.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { checkMagic, MAGIC_LENGTH, magicBytes } from "../../../src/mcap/records/magic.ts";
import { McapError } from "../../../src/mcap/records/mcap_error.ts";

Deno.test("magicBytes() are those of the specification", () => {
  assertEquals([magicBytes().toHex(), MAGIC_LENGTH], ["894d434150300d0a", 8]);
});

Deno.test("checkMagic() accepts the magic bytes only, and names the place", () => {
  const bytes = Uint8Array.of(1, ...magicBytes(), 2);
  checkMagic(bytes, 1, 100);
  const text = "expected the magic bytes 89 4d 43 41 50 30 0d 0a, found ";
  const faults = [
    [() => checkMagic(bytes, 0, 100), text + "01 89 4d 43 41 50 30 0d at byte 100"],
    [() => checkMagic(bytes.subarray(0, 5), 1, 100), text + "89 4d 43 41 at byte 101"],
    [() => checkMagic(new Uint8Array(), 0, 0), text + "the end at byte 0"],
  ] as const;
  for (const [check, message] of faults) {
    assertEquals(assertThrows(check, McapError).message, `Cannot read the MCAP file: ${message}`);
  }
});
