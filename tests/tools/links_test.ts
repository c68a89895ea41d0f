// Every link between the pages of the project leads to an existing file and heading, also in the published package.

import { assertEquals } from "@std/assert/equals";
import { withoutCodeBlocks } from "../../tools/npm/pages.ts";
import { pagesBelow } from "../support/doc_blocks.ts";
import { PROJECT } from "../support/project_files.ts";

/** The folders whose own pages are checked, and those whose pages are checked at any depth. */
const FOLDERS = ["", "tests/"];
const DEEP_FOLDERS = ["docs", "examples"];

/** Links to files that JSR does not get. Readers of the package there find them in the repository only. */
const ONLY_IN_REPOSITORY = [
  ...["http", "express", "fastify"].map((name) => `docs/examples.md: ../examples/node/${name}_server.mjs`),
  ...["docs/examples.md", "docs/nats.md"].flatMap((page) =>
    ["edge", "robot"].map((name) => `${page}: ../examples/nats/${name}.ts`)
  ),
];

/** The pages, as paths in the project. */
function listPages(): string[] {
  const own = FOLDERS.flatMap((folder) =>
    [...Deno.readDirSync(new URL(folder, PROJECT))]
      .filter(({ isFile, name }) => isFile && name.endsWith(".md"))
      .map(({ name }) => folder + name)
  );
  return [...own, ...DEEP_FOLDERS.flatMap(pagesBelow)];
}

/** Returns whether JSR gets a file or a folder. The lists of deno.json have no patterns, only files and folders. */
function packedFiles(): (path: string) => boolean {
  const { publish } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", PROJECT))) as {
    publish: { include: string[]; exclude: string[] };
  };
  const covers = (entries: readonly string[], path: string) =>
    entries.some((entry) => path === entry || `${path}/` === entry || (entry.endsWith("/") && path.startsWith(entry)));
  return (path) => covers(publish.include, path) && !covers(publish.exclude, path);
}

/** Returns the path of the file or folder that a relative link of a page leads to, without its anchor. */
function linkedPath(target: string, path: string): string {
  const [file = ""] = target.split("#");
  if (file === "") return path;
  return decodeURIComponent(new URL(file, new URL(path, PROJECT)).href.slice(PROJECT.href.length));
}

/** The targets of links and images, and the number of places that look like one. */
function linksIn(page: string): { targets: string[]; expected: number } {
  const text = withoutCodeBlocks(page).replaceAll(/(`+)[^`]+\1/g, "");
  const inline = [...text.matchAll(/\]\(([^()\s]+)(?:\s+"[^"]*")?\)/g)].map(([, target]) => target!);
  const other = [...text.matchAll(/^\s*\[[^\]]+\]:\s*(\S+)|\b(?:href|src)="([^"]*)"/gm)]
    .map(([, reference, attribute]) => reference ?? attribute!);
  return { targets: [...inline, ...other], expected: text.split("](").length - 1 + other.length };
}

/** The anchors of the headings, as GitHub forms them. */
function anchorsIn(page: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of withoutCodeBlocks(page).matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    const anchor = text.toLowerCase().replaceAll(/[^\p{L}\p{N}_ -]/gu, "").replaceAll(" ", "-");
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count++) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}

/** Returns the reason why a link on a page is broken, or `undefined`. Links to other sites are not opened. */
async function faultOf(target: string, path: string): Promise<string | undefined> {
  if (target.startsWith("https://")) return URL.canParse(target) ? undefined : "is not a URL";
  if (/^[a-z][a-z\d+.-]*:|^\//i.test(target)) return "is neither relative nor https";
  const [, anchor] = target.split("#");
  const linked = linkedPath(target, path);
  const info = await Deno.stat(new URL(linked, PROJECT)).catch(() => undefined);
  if (!info) return "does not exist";
  if (anchor === undefined) return undefined;
  if (!info.isFile || !linked.endsWith(".md")) return "has an anchor, but is not a page";
  return anchorsIn(await Deno.readTextFile(new URL(linked, PROJECT))).has(anchor) ? undefined : "has no such heading";
}

Deno.test("every link on the pages of the project leads to an existing file and heading", async () => {
  const faults: string[] = [];
  const checked: string[] = [];
  for (const path of listPages()) {
    const { targets, expected } = linksIn(await Deno.readTextFile(new URL(path, PROJECT)));
    if (targets.length !== expected) faults.push(`${path}: ${expected} links, but ${targets.length} could be read`);
    for (const target of targets) {
      const fault = await faultOf(target, path);
      if (fault) faults.push(`${path}: ${target} ${fault}`);
    }
    if (targets.length > 0) checked.push(path);
  }
  assertEquals(faults, []);
  const pages = ["CONTRIBUTING.md", "README.md", "SECURITY.md", "docs/deployment.md", "docs/server.md"];
  assertEquals(pages.filter((page) => !checked.includes(page)), []);
});

Deno.test("every relative link of README.md and docs/ leads to a file that JSR gets", async () => {
  const isPacked = packedFiles();
  const pages = ["README.md", ...pagesBelow("docs")];
  const missing = await Promise.all(pages.map(async (path) => {
    const { targets } = linksIn(await Deno.readTextFile(new URL(path, PROJECT)));
    const relative = targets.filter((target) => !target.startsWith("https://"));
    return relative.filter((target) => !isPacked(linkedPath(target, path))).map((target) => `${path}: ${target}`);
  }));
  assertEquals(missing.flat().toSorted(), ONLY_IN_REPOSITORY.toSorted());
  assertEquals(
    ["docs/server.md", "docs", "tests/CASES.md", "examples/node/http_server.mjs", "SECURITY.md"].map(isPacked),
    [true, true, false, false, true],
  );
});

Deno.test("docs/README.md lists every page of docs/ once", async () => {
  const { targets } = linksIn(await Deno.readTextFile(new URL("docs/README.md", PROJECT)));
  const listed = targets.filter((target) => target.endsWith(".md")).map((target) =>
    linkedPath(target, "docs/README.md")
  );
  assertEquals(listed.toSorted(), pagesBelow("docs").filter((path) => path !== "docs/README.md"));
});

Deno.test("a link to a missing file, heading or page, or with another scheme, is broken", async () => {
  const links = ["docs/none.md", "README.md#none", "#none", "deno.json#none", "http://a.example/", "/README.md"];
  assertEquals(await Promise.all(links.map((link) => faultOf(link, "README.md"))), [
    "does not exist",
    "has no such heading",
    "has no such heading",
    "has an anchor, but is not a page",
    "is neither relative nor https",
    "is neither relative nor https",
  ]);
});

Deno.test("links are found in text and not in code, and anchors are formed as on GitHub", () => {
  const page =
    '# A `b()` [c](d)\n\n## A b c\n\n```sh\n# no heading [x](y)\n```\n\n`[x](y)` ![i](j.svg) <a href="k">\n[l]: m\n';
  assertEquals(linksIn(page), { targets: ["d", "j.svg", "k", "m"], expected: 4 });
  assertEquals([...anchorsIn(page)], ["a-b-c", "a-b-c-1"]);
});
