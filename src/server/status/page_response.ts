// pageResponse(): the status page, with the address at which it connects.

import { PAGE_CSP, PAGE_HTML } from "./page_html.ts";
import type { StatusRequest } from "./status_source.ts";
import { statusResponse } from "./status_response.ts";

/** Returns the page. It reads the address for its WebSocket from an element of its head. */
export function pageResponse({ socketPath }: StatusRequest): Response {
  const meta = `<meta name="foxglove-ws:url" content="${escapeHtml(socketPath)}">`;
  // A function, because "$" has a meaning in replacement texts.
  const html = PAGE_HTML.replace("<head>", (head) => `${head}${meta}`);
  return statusResponse(html, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": PAGE_CSP,
  });
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? "");
}
