// Prints the messages that clients publish, and sends them to all subscribers of the channel /echo.

import { type ClientChannel, type ClientChannelId, FoxgloveServer, runCancellable, timeNs } from "../mod.ts";
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
    const echo = server.addChannel({ topic: "/echo", encoding: "json", schemaName: "Echo" });

    // Channel ids are unique only within a client, so the key contains the client's id.
    const channels = new Map<string, ClientChannel>();
    const key = (clientId: number, channelId: ClientChannelId) => `${clientId}/${channelId}`;

    server.setListener({
      onClientAdvertise(_server, channel, { client }) {
        channels.set(key(client.id, channel.id), channel);
        console.log(`Client ${client.id} publishes on ${channel.topic}`);
      },
      onClientUnadvertise(_server, channelId, { client }) {
        channels.delete(key(client.id, channelId));
        console.log(`Client ${client.id} closed channel ${channelId}`);
      },
      onClientMessage(_server, channelId, payload, { client }) {
        const message = JSON.parse(new TextDecoder().decode(payload));
        const topic = channels.get(key(client.id, channelId))?.topic;
        console.log(`Client ${client.id} on ${topic}:`, message);
        server.sendMessage(echo, timeNs(), JSON.stringify({ topic, message }));
      },
    });
    await server.closed;
  });
}
