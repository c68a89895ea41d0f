// The README is short enough to be read.

import { assertEquals } from "@std/assert/equals";
import { withoutCodeBlocks } from "../../tools/npm/pages.ts";
import { PROJECT } from "../support/project_files.ts";

/** The README must not be longer, because details belong to the pages of docs/. */
const MAX_WORDS = 900;

/** Counts the words of a page beside code. The targets of links do not count. */
function countWords(page: string): number {
  const text = withoutCodeBlocks(page)
    .replaceAll(/`[^`]*`/g, "")
    .replaceAll(/\]\([^)]*\)/g, "]");
  return text.match(/\p{L}[\p{L}\p{N}'’.-]*/gu)?.length ?? 0;
}

Deno.test("the README has at most 900 words beside code", async () => {
  const words = countWords(await Deno.readTextFile(new URL("README.md", PROJECT)));
  assertEquals([words <= MAX_WORDS, words > 0], [true, true], `${words} words`);
});

Deno.test("code and the targets of links are not counted", () => {
  assertEquals(countWords("# A title\n\n```ts\nlet a;\n```\n\n[two words](docs/x.md) `code`, 5 - it's.\n"), 5);
});
