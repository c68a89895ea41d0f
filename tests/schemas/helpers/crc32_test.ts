// crc32(): known checksums.

import { assertEquals } from "@std/assert/equals";
import { crc32 } from "../../../src/schemas/helpers/crc32.ts";

for (
  const [text, checksum] of [
    ["", 0],
    ["123456789", 0xcbf4_3926], // the check value of CRC-32
    ["IEND", 0xae42_6082], // the last chunk of every PNG file
  ] as const
) {
  Deno.test(`crc32() of "${text}"`, () => assertEquals(crc32(new TextEncoder().encode(text)), checksum));
}
