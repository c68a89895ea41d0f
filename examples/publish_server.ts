// Prints the messages that clients publish on any topic, and sends them to all subscribers of the channel /echo.

import { FoxgloveServer, json, runCancellable } from "../mod.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";

if (import.meta.main) {
  const options = listenOptions("Prints JSON messages from clients and sends them on the channel /echo.");
  await runCancellable(async (signal) => {
    await using server = new FoxgloveServer({
      ...options,
      name: "example publish server",
      capabilities: ["clientPublish"],
      supportedEncodings: ["json"],
    });
    await startAndAnnounce(server, signal);
    const echo = server.channel("/echo", json<{ topic: string; message: unknown }>({ name: "Echo" }));
    // For one topic, server.onPublish() is shorter: see typed_server.ts.
    server.setListener({
      onClientAdvertise: (_server, { topic }, { client }) => console.log(`Client ${client.id} publishes on ${topic}`),
      onClientUnadvertise: (_server, _id, { client, channel }) =>
        console.log(`Client ${client.id} closed its channel ${channel.topic}`),
      onClientMessage(_server, _id, payload, { client, channel: { topic } }) {
        const message = JSON.parse(new TextDecoder().decode(payload));
        console.log(`Client ${client.id} on ${topic}:`, message);
        echo.send({ topic, message });
      },
    });
    await server.closed;
  });
}
