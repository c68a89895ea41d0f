// docs/troubleshooting.md quotes the texts of the code: what it quotes exists, and what doctor reports is on the page.

import { assertEquals } from "@std/assert/equals";
import { docBlocks } from "../support/doc_blocks.ts";
import { programsBelow, PROJECT } from "../support/project_files.ts";

/** Parts between placeholders that are shorter than this are too common to prove anything. */
const MIN_LENGTH = 12;

const page = await Deno.readTextFile(new URL("docs/troubleshooting.md", PROJECT));
const sources = await Promise.all(
  programsBelow("src").map(async (path) => {
    return { path, code: await Deno.readTextFile(new URL(path, PROJECT)) };
  }),
);

/** A text of the code, cut at its placeholders. */
type Parts = readonly string[];

/** Returns the texts in double quotes and backticks. Of a template in a template, only the outer parts count. */
function textsIn(code: string): Parts[] {
  const literals = [...code.matchAll(/"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)];
  return literals.map(([, plain, template]) =>
    (plain ?? template!).replaceAll(/\\(["`'])/g, "$1").split(/\$\{[^}]*\}/)
  );
}

function longest(parts: Parts): string {
  return parts.toSorted((a, b) => b.length - a.length)[0] ?? "";
}

/** Returns how many characters of a quotation are the fixed parts of a text, if these occur in their order. */
function overlap(quotation: string, parts: Parts): number {
  let from = 0;
  let length = 0;
  for (const part of parts) {
    const at = quotation.indexOf(part, from);
    if (at === -1) return 0;
    from = at + part.length;
    length += part.length;
  }
  return length;
}

const allTexts = sources.flatMap(({ code }) => textsIn(code)).filter((parts) => longest(parts).length >= MIN_LENGTH);

/** Whether texts of the code have more than half of a quotation, such as a log line with a topic and a number. */
function isOwn(quotation: string): boolean {
  const found = allTexts.map((parts) => overlap(quotation, parts)).filter((length) => length >= MIN_LENGTH);
  return found.reduce((sum, length) => sum + length, 0) > quotation.length / 2;
}

Deno.test("what docs/troubleshooting.md quotes of this package is a text of the code", () => {
  const own = docBlocks(page).filter(({ attributes }) => attributes.includes("foxglove-ws"));
  const lines = own.flatMap(({ code }) => code.trimEnd().split("\n"));
  assertEquals(lines.filter((line) => !isOwn(line)), []);
  assertEquals([lines.length > 20, isOwn("Client 3 reads too quickly: messages are doubled")], [true, false]);
});

Deno.test("docs/troubleshooting.md has each check of doctor", () => {
  const { code } = sources.find(({ path }) => path === "src/app_checks/finding.ts")!;
  const checks = [...code.slice(code.indexOf("CheckName =")).matchAll(/^ {2}\| "([a-z]+)"/gm)].map(([, name]) => name!);
  assertEquals(checks.length, 16);
  assertEquals(checks.filter((name) => !new RegExp(`^\\| \`${name}\``, "m").test(page)), []);
});

Deno.test("docs/troubleshooting.md has each text of doctor", () => {
  const doctor = sources.filter(({ path }) =>
    path.startsWith("src/cli/doctor/") || path.startsWith("src/app_checks/") || path.endsWith("/commands/doctor.ts")
  );
  const findings = doctor.flatMap(({ code }) =>
    [...code.matchAll(/(?:failed|warning)\(\s*"[a-z]+",\s*("[^"]*"|`[^`]*`)|const text = ("[^"]*"|`[^`]*`)/g)]
      .flatMap(([, argument, variable]) => textsIn(argument ?? variable!))
  );
  const texts = findings.map((parts) => longest(parts).replaceAll(/^[\s:"]+|[\s:"]+$/g, ""))
    .filter((text) => text.length >= MIN_LENGTH);
  assertEquals(texts.length > 30, true);
  assertEquals(texts.filter((text) => !page.includes(text)), []);
});

Deno.test("the close codes in docs/troubleshooting.md have the reasons that the server sends", () => {
  const rows = page.slice(page.indexOf("### Close codes")).matchAll(/^\| (1\d{3}) \| ((?:`[^`]+`(?:, )?)+) /gm);
  const reasons = [...rows].flatMap(([, , cell = ""]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, reason]) => reason!));
  assertEquals(reasons.length, 8);
  const server = sources.filter(({ path }) => path.startsWith("src/server/")).map(({ code }) => code).join("\n");
  assertEquals(reasons.filter((reason) => !server.includes(`"${reason}"`)), []);
});
