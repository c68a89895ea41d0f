// The tests of this folder run every whole program of the pages.

import { assertEquals } from "@std/assert/equals";
import { PROJECT } from "../support/project_files.ts";
import { checkPrograms, pagesBelow, readDocBlocks } from "../support/doc_blocks.ts";

/** The programs of each page: those that use another package, and ours. Blocks that end run as doc tests. */
const PROGRAMS = {
  "foxglove_sdk.md": ["python", "ts"],
  "npm.md": ["js", "ts", "js", "ts"],
  "python.md": ["python", "ts", "ts"],
  "roslibjs.md": ["js", "ts", "ts", "js", "ts"],
};

Deno.test("each page of docs/coming_from/ has the programs that the tests run", async () => {
  const pages = [...Deno.readDirSync(new URL("docs/coming_from/", PROJECT))].map(({ name }) => name).toSorted();
  const found = await Promise.all(pages.map(async (page) => {
    const blocks = await readDocBlocks(`docs/coming_from/${page}`);
    const programs = blocks.filter(({ language, attributes }) =>
      language === "python" || language === "js" || (language === "ts" && attributes.includes("ignore"))
    );
    return [page, programs.map(({ language }) => language)];
  }));
  assertEquals(Object.fromEntries(found), PROGRAMS);
});

Deno.test("the programs of docs/coming_from/ that use this package are valid TypeScript", async () => {
  const blocks = await Promise.all(pagesBelow("docs/coming_from").map(readDocBlocks));
  const ours = blocks.flat().filter(({ language, attributes }) => language === "ts" && attributes.includes("ignore"));
  assertEquals([ours.length, await checkPrograms(ours.map(({ code }) => code))], [8, ""]);
});
