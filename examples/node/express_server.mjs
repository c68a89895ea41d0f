// Serves routes of Express and live data on one port. A PUT request switches a lamp, and apps see its new state. The
// argument is the port.

import { createServer } from "node:http";
import { argv } from "node:process";
import express from "express";
import { FoxgloveServer, runCancellable } from "../../mod.ts";

const port = Number(argv[2] ?? 8765);
const robot = new FoxgloveServer({ name: "robot in Express", allowedPaths: ["/ws"] });

function switchLamp(isOn) {
  robot.publish("/lamp", { isOn }, { latch: true }); // apps that connect later get the last message, too
}
switchLamp(false);

const app = express();
app.get("/", (_request, response) => response.send("Switch the lamp: PUT /lamp/on or /lamp/off\n"));
app.put("/lamp/:state", (request, response) => {
  switchLamp(request.params.state === "on");
  response.json({ apps: robot.clients.size });
});

// app.listen() returns such a server, too, but starts to listen before it has the listener for upgrades.
const http = createServer(app);
http.on("upgrade", (request, socket, head) => robot.handleUpgrade(request, socket, head));
http.listen(port, "127.0.0.1", () => console.log(`Listening on ws://127.0.0.1:${http.address().port}/ws`));

// Ctrl-C or SIGTERM aborts `signal`.
await runCancellable(async (signal) => {
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  await robot.close(); // disconnects the apps
  http.close();
  http.closeAllConnections();
});
