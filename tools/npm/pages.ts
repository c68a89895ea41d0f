// The pages of a package: which files their links lead to.

import { dirname, join } from "node:path/posix";

/** Returns the files that a page links to, relative to its folder and without anchors. Other sites do not count. */
export function relativeLinks(page: string): string[] {
  const text = withoutCodeBlocks(page).replaceAll(/(`+)[^`]+\1/g, "");
  const found = [
    ...text.matchAll(/\]\(([^()\s]+)(?:\s+"[^"]*")?\)/g),
    ...text.matchAll(/^\s*\[[^\]]+\]:\s*(\S+)/gm),
    ...text.matchAll(/\b(?:href|src)="([^"]*)"/g),
  ].map(([, target = ""]) => decodeURIComponent(target.replace(/#.*$/, "")));
  return [...new Set(found.filter((target) => target !== "" && !/^[a-z][a-z\d+.-]*:|^\//i.test(target)))];
}

/** Returns the text of a page without its fenced blocks of code. */
export function withoutCodeBlocks(page: string): string {
  return page.replaceAll(/^ *(`{3,}).*\n[\s\S]*?^ *\1 *$/gm, "");
}

/** Returns the paths of the files that a page links to. `path`: of the page. */
export function linkedPaths(path: string, page: string): string[] {
  return relativeLinks(page).map((link) => join(dirname(path), link).replace(/\/$/, ""));
}

/**
 * Returns the pages and everything that they link to, and the same of the pages among these. `listFiles` returns the
 * files of a folder, or the file itself.
 */
export function collectPages(
  pages: readonly string[],
  read: (path: string) => string,
  listFiles: (path: string) => string[],
): string[] {
  const found = new Set<string>();
  const queue = [...pages];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    for (const file of listFiles(path)) {
      if (found.has(file)) continue;
      found.add(file);
      if (file.endsWith(".md")) queue.push(...linkedPaths(file, read(file)));
    }
  }
  return [...found].sort();
}
