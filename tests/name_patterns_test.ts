// NamePattern: which names patterns select, and which lists of patterns are valid.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { exactly, nameMatcher, type NamePattern, namePatternsFrom } from "../src/name_patterns.ts";

const NAMES = ["/odom", "/odometer", "/camera/left", "/camera/left/info"];

/** The names of {@linkcode NAMES} that these patterns select. */
function selected(...patterns: NamePattern[]): string[] {
  return NAMES.filter(nameMatcher(patterns));
}

Deno.test("nameMatcher() selects by an exact name, a prefix and a RegExp", () => {
  assertEquals(selected("/odom"), ["/odom"]);
  assertEquals(selected("/odom*"), ["/odom", "/odometer"]);
  assertEquals(selected(/^\/camera\/[^/]+$/g, "/odom"), ["/odom", "/camera/left"]);
  assertEquals([selected("*"), selected()], [NAMES, []]);
});

Deno.test("exactly() selects one name, whatever its characters are", () => {
  const names = ["/odom", "/odom*", "/odometer*", "/a*b", "/a.b*", "/axb*"];
  for (const name of names) {
    assertEquals(names.filter(nameMatcher(namePatternsFrom("Cannot look", "topics", [exactly(name)]))), [name]);
  }
});

Deno.test("namePatternsFrom() copies the list, and names the list and the element that is wrong", () => {
  const list: NamePattern[] = ["/odom", /camera/];
  const copy = namePatternsFrom("Cannot look", "topics", list);
  (list[1] as RegExp).compile("^nothing$");
  list.push("*");
  assertEquals(NAMES.filter(nameMatcher(copy)), ["/odom", "/camera/left", "/camera/left/info"]);
  const rejects = (value: unknown, reason: string) =>
    assertThrows(() => namePatternsFrom("Cannot look", "topics", value), TypeError, `Cannot look: "topics" ${reason}`);
  rejects("/odom", "is not a plain array");
  rejects(["/odom", 5], "contains number, which is not a name");
  rejects(["/*/left"], 'contains "/*/left", which is not a name, a prefix followed by "*", or a plain RegExp');
});
