// Pages that show one panel of the status page, for tests in a browser. Modules are served without their types.

import { stripTypeScriptTypes } from "node:module";
import { assertEquals } from "@std/assert/equals";
import { FoxgloveServer } from "../../src/server/server.ts";
import type { FoxgloveServerOptions } from "../../src/server/options.ts";
import type { Chromium, Page } from "./chromium.ts";
import { LIMIT_MS } from "./events.ts";
import { filesBelow, PROJECT } from "./project_files.ts";

/** The policy of the status page, except that it names files where the page has hashes. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src blob: data:";
const HARNESS = "/tests/status_page/panels/harness.js";
const TYPES: Readonly<Record<string, string>> = { css: "text/css", js: "text/javascript", ts: "text/javascript" };

/** Starts a server that also serves the page. */
export async function startPanelServer(options: Partial<FoxgloveServerOptions> = {}): Promise<FoxgloveServer> {
  // Hooks that fail on purpose would fill the output.
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  const server = new FoxgloveServer({ name: "robot", port: 0, fallback: serveFile, logger, ...options });
  await server.start();
  return server;
}

/** Opens a page that shows a panel, such as `ImagePanel`, and waits until the panel exists. */
export async function openPanel(browser: Chromium, server: FoxgloveServer, panel: string): Promise<Page> {
  const page = await browser.open(`${server.url!.replace("ws:", "http:")}/?panel=${panel}`);
  await page.until('document.body.dataset.ready === "true"');
  return page;
}

/** Returns the texts of all elements that match a selector. */
export function texts(page: Page, selector: string): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll(${JSON.stringify(selector)})].map((each) => each.textContent)`);
}

/** Waits until the first element that matches a selector has a text. */
export function untilText(page: Page, selector: string, text: string): Promise<void> {
  return page.until(`document.querySelector(${JSON.stringify(selector)})?.textContent === ${JSON.stringify(text)}`);
}

/** Asserts that the page had no violation of its policy, no error, and nothing but `expected` in its console. */
export async function assertNoProblems(page: Page, expected?: RegExp): Promise<void> {
  const problems = await page.evaluate<unknown[]>("globalThis.problems");
  assertEquals(problems.filter((problem) => !expected?.test(String(problem))), []);
}

/** Waits until something holds that the server knows. */
export async function untilServer(isTrue: () => boolean): Promise<void> {
  const startMs = performance.now();
  while (!isTrue()) {
    if (performance.now() - startMs > LIMIT_MS) throw new Error(`Timed out: ${isTrue}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Types into a field like a user who then leaves it. */
export async function enter(page: Page, selector: string, text: string): Promise<void> {
  await page.evaluate(`document.querySelector(${JSON.stringify(selector)}).focus()`);
  await page.evaluate(`document.activeElement.select()`);
  await page.command("Input.insertText", { text });
  await page.evaluate(`document.activeElement.blur()`);
}

async function serveFile(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/") return respond(pageHtml(), "text/html; charset=utf-8");
  const type = TYPES[pathname.slice(pathname.lastIndexOf(".") + 1)];
  if (!type) return new Response(null, { status: 204 });
  const text = await Deno.readTextFile(new URL(`.${pathname}`, PROJECT));
  return respond(pathname.endsWith(".ts") ? stripTypeScriptTypes(text) : text, type);
}

function respond(text: string, type: string): Response {
  return new Response(text, { headers: { "content-type": type, "content-security-policy": POLICY } });
}

function pageHtml(): string {
  const styles = filesBelow("src/status_page").filter((path) => path.endsWith(".css")).sort();
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Panel</title>
${styles.map((path) => `<link rel="stylesheet" href="/${path}">`).join("\n")}
<script type="module" src="${HARNESS}"></script>
<body><main></main></body>
</html>`;
}
