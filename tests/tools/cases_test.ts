// tests/CASES.md lists exactly the ids in the names of tests.

import { assertEquals } from "@std/assert/equals";

const TESTS = `${import.meta.dirname}/..`;
/** An id, such as H01. */
const ID = /\b[A-Z]\d{2}\b/g;
/** A test's name in `Deno.test()`, `testWith()`, `step()` or a `name:` member, up to its first quote. */
const NAME = /(?:\b(?:test|testWith|step)\(\s*(?:\w+,\s*)?|\bname: )(["'`])((?:\\.|(?!\1)[^\\])*)\1/g;

/** Returns the ids in the names of tests. */
function idsInNames(source: string): string[] {
  return [...source.matchAll(NAME)].flatMap(([, , name = ""]) => name.match(ID) ?? []);
}

function sourcesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return sourcesIn(path);
    return name.endsWith(".ts") ? [Deno.readTextFileSync(path)] : [];
  });
}

/** Returns the rows of CASES.md with their ids. */
function readRows(): [id: string, row: string][] {
  const lines = Deno.readTextFileSync(`${TESTS}/CASES.md`).split(/\r?\n/);
  return lines.flatMap((line): [string, string][] => {
    const id = line.match(/^\| ([A-Z]\d{2}) +\|/)?.[1];
    return id === undefined ? [] : [[id, line]];
  });
}

const rows = readRows();
const used = new Set(sourcesIn(TESTS).flatMap(idsInNames));

Deno.test("CASES.md lists every id in the name of a test", () => {
  const listed = new Set(rows.map(([id]) => id));
  assertEquals([...used].filter((id) => !listed.has(id)).sort(), []);
});

Deno.test("CASES.md lists only cases that have a test, or a row that names the tests that cover them", () => {
  const untested = rows.filter(([id, row]) => !used.has(id) && !row.includes("Covered by "));
  assertEquals(untested, []);
});

Deno.test("CASES.md lists each case once, numbered from 01 in its section", () => {
  const sections = Map.groupBy(rows.map(([id]) => id), (id) => id.slice(0, 1));
  const expected = [...sections].flatMap(([letter, ids]) =>
    ids.map((_id, index) => `${letter}${String(index + 1).padStart(2, "0")}`)
  );
  assertEquals(rows.map(([id]) => id), expected);
});

Deno.test("idsInNames() finds ids in all forms of names, and only there", () => {
  const id = (number: number) => `Z0${number}`;
  const source = [
    `Deno.test("${id(1)} and ${id(2)} it's", () => {});`,
    `  Deno.test(\n  \`\${what} \${x} ${id(3)}\`, () => assertEquals("${id(8)}"));`,
    `Deno.test({ name: '${id(4)} says "no"', fn });`,
    `testWith(\n  NODE,\n  "works (${id(5)})",`,
    `await t.step("${id(6)}", run); // ${id(9)}`,
  ].join("\n");
  assertEquals(idsInNames(source), [1, 2, 3, 4, 5, 6].map(id));
});
