// The files of the page, and the client's sources without types, because browsers do not run TypeScript.

import { stripTypeScriptTypes } from "node:module";

const ROOT = new URL("../../", import.meta.url);

/** Paths outside of these folders do not match. */
const KNOWN =
  /^\/(?:examples\/browser\/(?:index\.html|[a-z_]+\.(?:js|css))|src\/(?:(?:client|codecs|codecs\/protobuf|protocol)\/)?\w+\.ts)$/;

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  ts: "text/javascript; charset=utf-8",
};

/** The page needs nothing from other sites, so the browser must not load anything from them. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:";

/** Answers a request for one of the files. */
export async function serveFile(request: Request): Promise<Response> {
  if (request.method !== "GET") return refuse(405, { allow: "GET" });
  const { pathname } = new URL(request.url);
  const path = pathname === "/" ? "/examples/browser/index.html" : pathname;
  if (!KNOWN.test(path)) return refuse(404);
  const extension = path.slice(path.lastIndexOf(".") + 1);
  try {
    const text = await Deno.readTextFile(new URL(`.${path}`, ROOT));
    return new Response(extension === "ts" ? stripTypeScriptTypes(text) : text, {
      headers: {
        "content-type": TYPES[extension] ?? "",
        "content-security-policy": POLICY,
        "cache-control": "no-cache",
      },
    });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return refuse(404);
    throw error;
  }
}

function refuse(status: number, headers: Record<string, string> = {}): Response {
  return new Response(status === 405 ? "Only GET is allowed\n" : "File not found\n", { status, headers });
}
