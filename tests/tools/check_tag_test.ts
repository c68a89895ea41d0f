// tools/check_tag.ts: which tags may publish the package.

import { assertEquals } from "@std/assert/equals";
import { explainRefusal } from "../../tools/check_tag.ts";

Deno.test("explainRefusal() accepts only the tag of the version", () => {
  const name = "@robot-tools/foxglove-ws";
  assertEquals(explainRefusal("v0.1.0", name, "0.1.0"), undefined);
  for (const tag of ["v0.1.1", "v0.1.0-rc.1", "0.1.0", "main", ""]) {
    assertEquals(
      explainRefusal(tag, name, "0.1.0"),
      `Cannot publish: the tag is "${tag}", the version in deno.json is "0.1.0"`,
    );
  }
  assertEquals(
    explainRefusal(undefined, name, "0.1.0"),
    'Cannot publish: GITHUB_REF_NAME does not name a tag such as "v1.2.3"',
  );
});

Deno.test("explainRefusal() rejects the placeholder scope", () => {
  assertEquals(
    explainRefusal("v0.1.0", "@x/any", "0.1.0"),
    'Cannot publish: the scope "@x" is a placeholder, see "deno task set-scope"',
  );
});
