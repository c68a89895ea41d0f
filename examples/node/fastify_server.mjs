// Serves routes of Fastify and live data on one port. Fastify checks goals that a POST request sends, and apps see
// them. The argument is the port.

import { argv } from "node:process";
import fastify from "fastify";
import { FoxgloveServer, json, runCancellable } from "../../mod.ts";

const port = Number(argv[2] ?? 8765);
const robot = new FoxgloveServer({ name: "robot in Fastify", allowedPaths: ["/ws"] });
const goals = robot.channel("/goal", json({ example: { x: 0, y: 0 } }), { latch: true });

const number = { type: "number" };
const schema = { body: { type: "object", required: ["x", "y"], properties: { x: number, y: number } } };

const app = fastify();
app.get("/", () => "Send the robot to a goal: POST /goal\n");
app.post("/goal", { schema }, (request) => {
  const { x, y } = request.body;
  goals.send({ x, y });
  return { apps: robot.clients.size };
});
app.server.on("upgrade", (request, socket, head) => robot.handleUpgrade(request, socket, head));
app.addHook("preClose", () => robot.close()); // disconnects the apps
await app.listen({ port, host: "127.0.0.1" });
console.log(`Listening on ws://127.0.0.1:${app.server.address().port}/ws`);

// Ctrl-C or SIGTERM aborts `signal`.
await runCancellable(async (signal) => {
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  await app.close();
});
