// Paths of members in error texts.

import { assertEquals } from "@std/assert/equals";
import { memberPath } from "../../src/codecs/member_path.ts";

Deno.test("memberPath() joins names with dots", () => {
  assertEquals(memberPath("", "pose"), "pose");
  assertEquals(memberPath("items[2]", "$id_1"), "items[2].$id_1");
  assertEquals(memberPath("a", "__proto__"), "a.__proto__");
});

Deno.test("memberPath() quotes names that would make the path ambiguous", () => {
  assertEquals(["a.b", "", "1", 'say "x"\n'].map((name) => memberPath("a", name)), [
    'a["a.b"]',
    'a[""]',
    'a["1"]',
    'a["say \\"x\\"\\n"]',
  ]);
  assertEquals(memberPath("", "a b"), '["a b"]');
});
