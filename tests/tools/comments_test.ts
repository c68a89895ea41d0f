// Comments fit the width of the code, which the formatter does not check.

import { assertEquals } from "@std/assert/equals";
import { programsBelow, PROJECT } from "../support/project_files.ts";

const FOLDERS = ["src", "tests", "benches", "fuzz", "tools", "examples"];
const MAX_COLUMNS = 120;

/** Returns the numbers of the lines that are comments and too long. */
function longComments(source: string): number[] {
  return source.split("\n").flatMap((line, index) => {
    const isComment = /^\s*(\/\/|\/\*|\*)/.test(line);
    return isComment && [...line].length > MAX_COLUMNS ? [index + 1] : [];
  });
}

Deno.test("comments fit 120 columns", () => {
  const programs = FOLDERS.flatMap(programsBelow);
  const long = programs.flatMap((path) =>
    longComments(Deno.readTextFileSync(new URL(path, PROJECT))).map((line) => `${path}:${line}`)
  );
  assertEquals([programs.length > 300, long], [true, []]);
});

Deno.test("longComments() counts characters, and only in lines that are comments", () => {
  const text = "…".repeat(MAX_COLUMNS - 3);
  assertEquals(longComments(`// ${text}\n// ${text}.\nconst text = "${text}";\n * ${text}.\n/** ${text} */`), [
    2,
    4,
    5,
  ]);
});
