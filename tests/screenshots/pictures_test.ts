// The pictures in docs/pictures: each is used by a page, and made by the task or by hand.

import { assertEquals } from "@std/assert/equals";
import { withoutCodeBlocks } from "../../tools/npm/pages.ts";
import { pagesBelow } from "../support/doc_blocks.ts";
import { filesBelow, PROJECT } from "../support/project_files.ts";
import { OWN_PICTURES } from "./pictures.ts";

/** The largest size of a picture, and of the animation, in bytes. */
const MAX_BYTES = 300_000;
const MAX_ANIMATION_BYTES = 3_000_000;

/** Drawn by hand. */
const DRAWINGS = ["process", "workers", "relay", "nats"].map((name) => `scaling_${name}.svg`);
/** Made by hand: the drawings, the demo robot in Lichtblick, and one picture for each layout. */
const ANIMATION = "robot.gif";
const BY_HAND = [
  ANIMATION,
  ...DRAWINGS,
  ...filesBelow("examples/layouts").map((path) => path.replace(/^.*\/(\w+)\.json$/, "$1.png")),
];

/** The files in `docs/pictures`. */
const FILES = filesBelow("docs/pictures").map((path) => path.slice("docs/pictures/".length));

interface UsedPicture {
  /** The path of the page in the project. */
  page: string;
  /** The path of the picture in the project. */
  path: string;
  alt: string;
}

const USED = ["README.md", ...pagesBelow("docs")].flatMap((page) =>
  picturesOn(page, Deno.readTextFileSync(new URL(page, PROJECT)))
);

/** Returns the pictures on a page that are files of the project, in Markdown or as HTML elements. */
function picturesOn(page: string, markdown: string): UsedPicture[] {
  const text = withoutCodeBlocks(markdown).replaceAll(/`[^`\n]+`/g, "");
  const inMarkdown = [...text.matchAll(/!\[([^\]]*)\]\(([^()\s]+)[^()]*\)/g)].map(([, alt, target]) => [alt, target]);
  const inHtml = [...text.matchAll(/<img\s[^>]*>/g)].map(([tag]) => [
    /\salt="([^"]*)"/.exec(tag)?.[1],
    /\ssrc="([^"]*)"/.exec(tag)?.[1],
  ]);
  return [...inMarkdown, ...inHtml].flatMap(([alt = "", target = ""]) => {
    if (/^[a-z]+:/.test(target)) return [];
    const { href } = new URL(target, new URL(page, PROJECT));
    return [{ page, path: href.slice(PROJECT.href.length), alt }];
  });
}

Deno.test("docs/pictures has exactly the pictures of the task and those that are made by hand", () => {
  assertEquals(FILES.toSorted(), [...OWN_PICTURES, ...BY_HAND].sort());
});

Deno.test("every picture in docs/pictures is used by a page", () => {
  const used = new Set(USED.map(({ path }) => path));
  assertEquals(FILES.filter((file) => !used.has(`docs/pictures/${file}`)), []);
});

Deno.test("every picture on a page exists and has alt text", () => {
  const existing = new Set(filesBelow("docs"));
  const faults = USED.filter(({ path, alt }) => !existing.has(path) || alt.trim().length < 5);
  assertEquals(faults, []);
});

Deno.test("no picture in docs/pictures is larger than its limit", () => {
  const large = FILES.filter((file) => {
    const { size } = Deno.statSync(new URL(`docs/pictures/${file}`, PROJECT));
    return size > (file === ANIMATION ? MAX_ANIMATION_BYTES : MAX_BYTES);
  });
  assertEquals(large, []);
});

Deno.test("pictures are found in Markdown and in HTML", () => {
  const text = 'a ![b c](d.png) [e](f.png) ![g](https://h.example/i.png) <img width="1" src="j/k.gif" alt="l">' +
    "\n`![m](n.png)`\n```md\n![o](p.png)\n```\n";
  assertEquals(picturesOn("docs/x.md", text), [
    { page: "docs/x.md", path: "docs/d.png", alt: "b c" },
    { page: "docs/x.md", path: "docs/j/k.gif", alt: "l" },
  ]);
});
