// The entry of the status page: connects to the server, and shows the page.

import { FoxgloveClient } from "../client/mod.ts";
import { Header } from "./header.ts";
import { Page } from "./page.ts";
import { statsUrl, webSocketUrl } from "./server_urls.ts";

const RETRY_MS = 500;
const MAX_RETRY_MS = 3000;

const location = new URL(globalThis.location.href);
const header = new Header();
document.body.prepend(header.element);
const end = new AbortController();
addEventListener("pagehide", () => end.abort(), { once: true });
// A page that the browser restores after "back" has lost its connection.
addEventListener("pageshow", ({ persisted }) => persisted && globalThis.location.reload());

const client = await FoxgloveClient.connect(webSocketUrl(location), {
  retryInitialConnect: true,
  minRetryDelayMs: RETRY_MS,
  maxRetryDelayMs: MAX_RETRY_MS,
  signal: end.signal,
  listener: {
    onConnectionState: (_client, state) => header.showState(state),
    // The page shows problems itself: see AppFindings. Without these hooks, they would fill the console.
    onWarning() {},
    onError() {},
    onStatus() {},
  },
});
end.signal.addEventListener("abort", () => void client.close());
const page = new Page(client, statsUrl(location), header, end.signal);
document.querySelector("main")?.replaceWith(page.element);
