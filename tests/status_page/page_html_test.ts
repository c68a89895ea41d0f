// The generated page: it is current, loads nothing from elsewhere, and its sources make no HTML from text.

import { assertEquals } from "@std/assert/equals";
import { PAGE_CSP, PAGE_HTML } from "../../src/server/status/page_html.ts";
import { fingerprintOf, PAGE_MODULE } from "../../tools/page/build.ts";
import { filesBelow, PROJECT } from "../support/project_files.ts";

const SOURCES = filesBelow("src/status_page");

Deno.test('the generated page is current: otherwise run "deno task page"', async () => {
  const text = await Deno.readTextFile(new URL(PAGE_MODULE, PROJECT));
  assertEquals(/^\/\/ Sources: (.*)$/m.exec(text)?.[1], await fingerprintOf());
});

Deno.test("the page allows exactly its own script and style", async () => {
  const contents = ["style", "script"].map((name) =>
    new RegExp(`<${name}[^>]*>([^]*?)</${name}>`).exec(PAGE_HTML)?.[1]
  );
  const [style, script] = await Promise.all(contents.map((content) => hashOf(content!)));
  assertEquals(PAGE_CSP.split("; "), [
    "default-src 'none'",
    `script-src '${script}'`,
    `style-src '${style}'`,
    "connect-src 'self'",
    "img-src blob: data:",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]);
  assertEquals([...PAGE_HTML.matchAll(/<(style|script)\b/g)].length, 2);
});

Deno.test("the page has one line in its head before which a server can add the address of its WebSocket", () => {
  assertEquals(PAGE_HTML.split("<head>").length, 2);
});

Deno.test("the sources make no HTML from text, and set no style attribute", async () => {
  const unwanted =
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|new Function|"style"|\bsrcdoc\b/;
  const found: string[] = [];
  for (const path of SOURCES.filter((path) => path.endsWith(".ts"))) {
    if (unwanted.test(await Deno.readTextFile(new URL(path, PROJECT)))) found.push(path);
  }
  assertEquals([SOURCES.length > 30, found], [true, []]);
});

async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `sha256-${new Uint8Array(digest).toBase64()}`;
}
