// Plays a file to a client, and prints what the client received. Runs on Node and Bun.

import { FoxgloveClient } from "../../../src/client/mod.ts";
import { McapPlayer, McapWriter } from "../../../src/mcap/mod.ts";

/** The part of the process of Node and Bun that is used. */
const { argv } = (globalThis as unknown as { process: { argv: string[] } }).process;
const path = argv[2]!;

const writer = await McapWriter.open(path);
const channelId = writer.addChannel({ topic: "/odom", messageEncoding: "json" });
for (let time = 1n; time <= 20n; time++) {
  writer.write({ channelId, logTime: time * 1_000_000n, data: new TextEncoder().encode(`${time}`) });
}
await writer.close();

const ended = Promise.withResolvers<void>();
const player = await McapPlayer.open(path, {
  server: { port: 0, logger: false },
  onStateChange: ({ status }) => status === "ended" && ended.resolve(),
});
await player.server.start();
const client = await FoxgloveClient.connect(player.server.url!);
const messages = client.subscribe("/odom");
await client.waitForChannel("/odom");
const { status } = await client.controlPlayback({ command: "play", speed: 1, seekTime: 5_000_000n });
const received: string[] = [];
for await (const { timestamp, payload } of messages) {
  received.push(`${timestamp / 1_000_000n} ${new TextDecoder().decode(payload)}`);
  if (received.length === 16) break;
}
await ended.promise;
await client.close();
await player.close();
console.log(JSON.stringify({ status, received, ended: player.state.status }));
