// docs/examples.md: a row for each example, and a picture for each layout.

import { assertEquals } from "@std/assert/equals";
import { PROJECT } from "../support/project_files.ts";

const EXAMPLES = new URL("examples/", PROJECT);
const PAGE = await Deno.readTextFile(new URL("docs/examples.md", PROJECT));
const ROWS = PAGE.split("\n").filter((line) => line.startsWith("| ["));

function namesIn(folder: URL, pattern: RegExp): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name }) => pattern.exec(name)?.[1] ?? []).sort();
}

Deno.test("docs/examples.md has one row for each example", () => {
  const nodePrograms = namesIn(new URL("node/", EXAMPLES), /^(\w+\.mjs)$/).map((name) => `node/${name}`);
  const natsPrograms = namesIn(new URL("nats/", EXAMPLES), /^(\w+\.ts)$/).map((name) => `nats/${name}`);
  const files = namesIn(EXAMPLES, /^(\w+\.ts)$/).filter((name) =>
    Deno.readTextFileSync(new URL(name, EXAMPLES)).includes("import.meta.main")
  );
  const programs = [...files, ...nodePrograms, ...natsPrograms, "robot/"];
  const rows = ROWS.map((row) => /^\| \[`([^`]+)`\]\(\.\.\/examples\/[\w/]+(?:\.m?[jt]s)?\)/.exec(row)?.[1]);
  assertEquals(rows.sort(), programs.sort());
});

Deno.test("docs/examples.md has a row with a layout and a PNG under 200 KB for each layout", () => {
  const layouts = namesIn(new URL("layouts/", EXAMPLES), /^(\w+)\.json$/);
  const rows = ROWS.flatMap((row) => {
    const [, layout, picture] = /Layout\s+`(\w+)\.json`.*!\[.+\]\(pictures\/(\w+)\.png\)/.exec(row) ?? [];
    return layout === undefined ? [] : [{ layout, picture }];
  });
  assertEquals(rows.map(({ layout }) => layout).sort(), layouts);
  for (const { layout, picture } of rows) {
    assertEquals(picture, layout);
    const bytes = Deno.readFileSync(new URL(`docs/pictures/${picture}.png`, PROJECT));
    assertEquals([bytes.length < 200_000, [...bytes.subarray(1, 4)]], [true, [0x50, 0x4e, 0x47]], `${picture}.png`);
  }
});
