// The URLs of the server that the page belongs to. The token in the URL of the page is passed on to them.

/** The URL of the WebSocket: as the server says, or the root of the host of the page. */
export function webSocketUrl(page: URL): URL {
  const given = document.querySelector<HTMLMetaElement>('meta[name="foxglove-ws:url"]')?.content ?? "/";
  const url = new URL(given, page);
  url.protocol = url.protocol === "https:" || url.protocol === "wss:" ? "wss:" : "ws:";
  return withToken(url, page);
}

/** The URL of the statistics, next to the page. */
export function statsUrl(page: URL): URL {
  const folder = new URL(page);
  if (!folder.pathname.endsWith("/")) folder.pathname += "/";
  folder.search = folder.hash = "";
  return withToken(new URL("api/stats", folder), page);
}

function withToken(url: URL, page: URL): URL {
  const token = page.searchParams.get("token");
  if (token !== null) url.searchParams.set("token", token);
  url.hash = "";
  return url;
}
