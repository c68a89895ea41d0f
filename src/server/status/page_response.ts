// pageResponse(): the status page, with the address at which it connects.

import { PAGE_CSP, PAGE_HTML } from "./page_html.ts";
import type { StatusRequest } from "./status_source.ts";
import { statusResponse } from "./status_response.ts";

/** Directives that do not depend on the content of the page. */
const GENERAL_DIRECTIVES = ["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"];

/** Returns the page. It reads the address for its WebSocket from an element of its head. */
export function pageResponse({ socketPath }: StatusRequest): Response {
  const meta = `<meta name="foxglove-ws:url" content="${escapeHtml(socketPath)}">`;
  // A function, because "$" has a meaning in replacement texts.
  const html = PAGE_HTML.replace(/<head>|(?=<meta)/i, (head) => `${head}${meta}`);
  return statusResponse(html, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy(),
  });
}

/** Returns the policy of the page, and the general directives that it lacks. Browsers report one that comes twice. */
function policy(): string {
  const own = PAGE_CSP.split(";").map((directive) => directive.trim()).filter((directive) => directive !== "");
  const nameOf = (directive: string) => directive.split(" ")[0];
  const missing = GENERAL_DIRECTIVES.filter((each) => !own.some((directive) => nameOf(directive) === nameOf(each)));
  return [...own, ...missing].join("; ");
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? "");
}
