// Servers for the status page.

import type { FoxgloveServerOptions } from "../../src/server/options.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { PAGE_CSP, PAGE_HTML } from "../../src/server/status/page_html.ts";

/** Creates a server that serves the page at `/`, but has no statistics, like a server of another implementation. */
export function serverWithoutStats(options: FoxgloveServerOptions): FoxgloveServer {
  return new FoxgloveServer({
    ...options,
    fallback(request) {
      if (new URL(request.url).pathname !== "/") return new Response("Not found", { status: 404 });
      const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": PAGE_CSP };
      return new Response(PAGE_HTML, { headers });
    },
  });
}
