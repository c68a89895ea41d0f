// The reader of code blocks.

import { assertEquals } from "@std/assert/equals";
import { docBlocks } from "./doc_blocks.ts";

Deno.test("blocks have their language, attributes, code and line; those in lists lose their indentation", () => {
  const page = "# A\n\n```ts ignore\nlet a;\n```\n\n- b\n\n  ```sh\n  c \\\n    d\n\n  ```\n\n````md\n```\n````\n";
  assertEquals(docBlocks(page), [
    { language: "ts", attributes: ["ignore"], code: "let a;\n", line: 3 },
    { language: "sh", attributes: [], code: "c \\\n  d\n\n", line: 9 },
    { language: "md", attributes: [], code: "```\n", line: 15 },
  ]);
});
