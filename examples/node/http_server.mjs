// Serves a web page and live data on one port, with the HTTP server of Node. The argument is the port.

import { createServer } from "node:http";
import { argv } from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { FoxgloveServer, runCancellable } from "../../mod.ts";

const port = Number(argv[2] ?? 8765);
const robot = new FoxgloveServer({ name: "robot in node:http", allowedPaths: ["/ws"] });

const http = createServer((request, response) => {
  if (request.url !== "/") return response.writeHead(404).end("Not found\n");
  response.setHeader("content-type", "text/html; charset=utf-8");
  response.end(`<title>My robot</title><p>${robot.clients.size} apps show its live data.</p>\n`);
});
http.on("upgrade", (request, socket, head) => robot.handleUpgrade(request, socket, head));
http.listen(port, "127.0.0.1", () => console.log(`Listening on ws://127.0.0.1:${http.address().port}/ws`));

// Ctrl-C or SIGTERM aborts `signal`.
await runCancellable(async (signal) => {
  try {
    for (let count = 1;; count++) {
      robot.publish("/battery", { volts: 12 + Math.sin(count / 10) });
      await delay(100, undefined, { signal });
    }
  } finally {
    await robot.close(); // disconnects the apps
    http.close();
    http.closeAllConnections();
  }
});
