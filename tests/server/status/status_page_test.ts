// The status page: its option, its address, and the address at which it connects.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { bearerToken } from "../../../src/server/http/bearer_token.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import type { StatusPageOptions } from "../../../src/server/status/status_page_option.ts";
import { startServer } from "../../support/test_server.ts";
import { ask, statusOf } from "./fixture.ts";

const TOKEN = "correct-horse-battery";

/** The address at which the page connects, as a browser that shows `url` resolves it. */
async function socketUrl(server: FoxgloveServer, path: string, url: string): Promise<string> {
  const { body } = await ask(server, path);
  const content = /<meta name="foxglove-ws:url" content="([^"]*)">/.exec(body)?.[1];
  return new URL((content ?? "missing:").replace("&quot;", '"').replace("&lt;", "<").replace("&amp;", "&"), url).href;
}

Deno.test("FoxgloveServer rejects a statusPage that is not valid", () => {
  const create = (statusPage: unknown) => () =>
    new FoxgloveServer({ name: "test", statusPage: statusPage as StatusPageOptions });
  const cannot = 'Cannot create a server: "statusPage"';
  assertThrows(create(true), TypeError, `${cannot} is a boolean, not false or an object such as { path: "/status" }`);
  assertThrows(create("/status"), TypeError, `${cannot} is a string, not false`);
  assertThrows(create(null), TypeError, `${cannot} is null, not false`);
  assertThrows(create({ path: 5 }), TypeError, `${cannot}: its path is a number, not text`);
  assertThrows(create({ path: "status" }), TypeError, `${cannot}: its path "status" does not begin with "/"`);
  for (const path of ["/a?b", "/a#b", "/a b", "/a/../b", "//evil.example", "/ü", "/a\\b"]) {
    assertThrows(create({ path }), TypeError, `${cannot}: "${path}" is not the path of a URL, such as "/status"`);
  }
  for (const path of ["/", "/status", "/status/", "/a/b", "/%20"]) create({ path })();
});

Deno.test("FoxgloveServer redirects from the path of the page to its folder, and keeps the query", async () => {
  await using server = await startServer({ statusPage: { path: "/a/status" } });
  const { status, headers } = await ask(server, "/a/status?token=x");
  const location = headers.get("location") ?? "";
  assertEquals([status, location], [308, "./status/?token=x"]);
  // A proxy serves the page below a path that the server does not know.
  assertEquals(new URL(location, "https://robot.example/robot/a/status").pathname, "/robot/a/status/");
  assertEquals(await Promise.all(["/a/status/", "/a/", "/a", "/"].map((path) => statusOf(server, path))), [
    200,
    426,
    426,
    426,
  ]);
});

Deno.test("FoxgloveServer.statusPageUrl is the page for a browser of this machine", async () => {
  const page = async (options: Parameters<typeof startServer>[0]) => {
    await using server = await startServer(options);
    const { statusPageUrl } = server;
    if (statusPageUrl === undefined) return undefined;
    const response = await fetch(statusPageUrl, { headers: { authorization: `Bearer ${TOKEN}` } });
    return [statusPageUrl.replace(/:\d+/, ""), response.status, /<title>/.test(await response.text())];
  };
  assertEquals(await page({}), ["http://127.0.0.1/", 200, true]);
  assertEquals(await page({ statusPage: { path: "/a" } }), ["http://127.0.0.1/a/", 200, true]);
  assertEquals(await page({ authorize: bearerToken(TOKEN) }), ["http://127.0.0.1/", 200, true]);
  assertEquals(await page({ trustedProxies: 1, statusPage: {} }), ["http://127.0.0.1/", 200, true]);
  for (const options of [{ trustedProxies: 1 }, { statusPage: false }, { fallback: () => new Response() }] as const) {
    assertEquals(await page(options), undefined);
  }
  assertEquals(new FoxgloveServer({ name: "test" }).statusPageUrl, undefined);
});

Deno.test("the status page connects to its own address, also behind a proxy", async () => {
  await using server = await startServer();
  assertEquals(await socketUrl(server, "/", "http://127.0.0.1:8765/"), "http://127.0.0.1:8765/");
  assertEquals(await socketUrl(server, "/", "https://robot.example/robot/"), "https://robot.example/robot/");
});

Deno.test("the status page connects to the first of allowedPaths", async () => {
  const allowedPaths = ['/ws"<&:x', "/other"];
  await using server = await startServer({ allowedPaths, statusPage: { path: "/a/status" } });
  // The quote does not end the attribute.
  const url = await socketUrl(server, "/a/status/", "https://robot.example/robot/a/status/?token=x");
  assertEquals(url, "https://robot.example/robot/ws%22%3C&:x");
  await using plain = await startServer({ allowedPaths: ["/ws"] });
  assertEquals(await socketUrl(plain, "/", "https://robot.example/robot/"), "https://robot.example/robot/ws");
});

Deno.test("the status page has the element with the address before its script, and one policy", async () => {
  await using server = await startServer();
  const { body, headers } = await ask(server, "/");
  const head = body.slice(0, body.indexOf("</head>"));
  assertEquals([head.split("foxglove-ws:url").length, body.startsWith("<!doctype html>")], [2, true]);
  const policy = headers.get("content-security-policy") ?? "";
  const names = policy.split(";").map((directive) => directive.trim().split(" ")[0]);
  assertEquals([new Set(names).size, names.includes("base-uri")], [names.length, true]);
});
