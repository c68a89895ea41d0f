// The browser example: the files that it serves, and its page in a real browser.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { serveFile } from "../../examples/browser/files.ts";
import { Chromium, type Page } from "../support/chromium.ts";
import { startExample } from "../support/example.ts";
import { readModuleGraph } from "../support/module_graph.ts";
import { CHROMIUM, testWith } from "../support/needed_programs.ts";

const NAME = "browser/serve.ts";
const TOPICS = ["/battery", "/counter", "/imu", "/sine"];

function get(path: string): Promise<Response> {
  return serveFile(new Request(`http://robot:8765${path}`));
}

Deno.test("serveFile() serves a page that loads nothing from other origins", async () => {
  const response = await get("/");
  assertEquals(response.headers.get("content-type"), "text/html; charset=utf-8");
  assertStringIncludes(response.headers.get("content-security-policy") ?? "", "default-src 'none'");
  assertStringIncludes(await response.text(), "<!doctype html>");
});

Deno.test("serveFile() serves the client's sources without their types", async () => {
  const response = await get("/src/client/back_off.ts");
  assertEquals(response.headers.get("content-type"), "text/javascript; charset=utf-8");
  const source = await response.text();
  assertStringIncludes(source, "export class BackOff {");
  assertEquals(source.includes(": number"), false);
});

Deno.test("serveFile() serves every module that the client imports", async () => {
  const modules = [...(await readModuleGraph("src/client/mod.ts")).keys()];
  const statuses = await Promise.all(modules.map(async (path) => [path, (await get(`/${path}`)).status]));
  assertEquals([modules.length > 50, statuses.filter(([, status]) => status !== 200)], [true, []]);
});

for (
  const path of [
    "/deno.json",
    "/mod.ts",
    "/src/server/server.ts",
    "/src/client/nothing.ts",
    "/src/client/..%2f..%2fdeno.json",
    "/src/client/..%5c..%5cmod.ts",
    "/src/client//socket_connection.ts",
    "//src/client/socket_connection.ts",
    "/examples/browser/serve.ts",
    "/examples/browser/",
    "/examples/browser/nothing.js",
  ]
) {
  Deno.test(`serveFile() does not serve ${path}`, async () => {
    const { status } = await get(path);
    assertEquals(status, 404);
  });
}

Deno.test("serveFile() rejects methods other than GET", async () => {
  const { status, headers } = await serveFile(new Request("http://robot:8765/", { method: "POST" }));
  assertEquals([status, headers.get("allow")], [405, "GET"]);
});

testWith(
  CHROMIUM,
  "the page shows topics, messages and a plot, and survives a restart of the server",
  async (t, path) => {
    await using browser = await Chromium.launch(path);
    let example = await startExample(NAME);
    try {
      const url = new URL(example.url.replace("ws:", "http:"));
      const page = await browser.open(url.href);

      await t.step("connects and lists the topics", async () => {
        await page.until('document.body.dataset.state === "open"');
        await page.until('document.querySelectorAll("#topics li").length === 4');
        assertEquals(await texts(page, "h1"), ["example robot"]);
        assertEquals(await texts(page, "#topics .name"), TOPICS);
        assertEquals(await texts(page, '#topics [aria-current="true"] .name'), ["/battery"]);
      });

      await t.step("shows the newest message and the count", async () => {
        await choose(page, "/counter");
        await page.until('Number(document.querySelector("#count").textContent) > 2');
        const [text = ""] = await texts(page, "#message");
        assertEquals(Object.keys(JSON.parse(text)), ["count"]);
      });

      await t.step("shows the bytes of a message that it cannot decode", async () => {
        await choose(page, "/imu");
        await page.until('/^000000  ([0-9a-f]{2} ){12} /.test(document.querySelector("#message").textContent)');
        await page.until(`!(${isPlotted})()`);
      });

      await t.step("plots a number", async () => {
        await choose(page, "/sine");
        await page.until(
          '[...document.querySelector("#field").options].map(({ value }) => value).join() === "sine,cosine"',
        );
        await page.until(`(${isPlotted})()`);
      });

      await t.step("continues when the server is running again", async () => {
        const count = Number((await texts(page, "#count"))[0]);
        example.program.kill("SIGINT");
        await example.program.ended();
        await page.until('document.body.dataset.state === "reconnecting"');
        assertEquals(await texts(page, "#topics .name"), TOPICS);
        await example[Symbol.asyncDispose]();
        example = await startExample(NAME, url.port);
        await page.until('document.body.dataset.state === "open"');
        await page.until(`Number(document.querySelector("#count").textContent) > ${count + 2}`);
        assertEquals(await texts(page, '#topics [aria-current="true"] .name'), ["/sine"]);
      });
    } finally {
      await example[Symbol.asyncDispose]();
    }
  },
);

function texts(page: Page, selector: string): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll(${JSON.stringify(selector)})].map((each) => each.textContent)`);
}

function choose(page: Page, topic: string): Promise<void> {
  return page.evaluate(`document.querySelector('#topics [value="${topic}"]').click()`);
}

/** Runs in the page. Returns whether the canvas contains the color of the line, which text and grid do not have. */
const isPlotted = `() => {
  const canvas = document.querySelector("canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const line = getComputedStyle(canvas).accentColor.match(/[0-9]+/g).map(Number);
  for (let at = 0; at < data.length; at += 4) if (line.every((part, index) => data[at + index] === part)) return true;
  return false;
}`;
