// timestampText(): times in nanoseconds for people.

import { assertEquals } from "@std/assert/equals";
import { timestampText } from "../../../src/cli/format/timestamp.ts";

Deno.test("timestampText() has all nanoseconds, before 1970 too", () => {
  assertEquals(timestampText(1_700_000_000_123_456_789n), "2023-11-14T22:13:20.123456789Z");
  assertEquals(timestampText(0n), "1970-01-01T00:00:00.000000000Z");
  assertEquals(timestampText(-1n), "1969-12-31T23:59:59.999999999Z");
  assertEquals(timestampText(2n ** 64n - 1n), "2554-07-21T23:34:33.709551615Z");
});
