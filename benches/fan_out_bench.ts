// The server's own time for a message to many clients, with fake sockets.

import { assertEquals } from "@std/assert/equals";
import { FoxgloveServer } from "../mod.ts";
import { Sink } from "./support/sink.ts";
import { SIZES } from "./support/sizes.ts";

const CLIENTS = [1, 10, 100];

for (const { bytes, label } of SIZES) {
  const payload = new Uint8Array(bytes).fill(5);
  for (const clients of CLIENTS) {
    const server = new FoxgloveServer({ name: "bench", logger: false });
    const channelId = server.addChannel({ topic: "/bench", encoding: "bench" });
    const sinks = Array.from({ length: clients }, () => new Sink(server));
    for (const sink of sinks) sink.subscribe(channelId);

    let sequence = 0n;
    server.sendMessage(channelId, sequence, payload);
    for (const { frames, bytes } of sinks) assertEquals({ frames, bytes }, { frames: 1, bytes: 13 + payload.length });

    Deno.bench({
      name: `${clients} client${clients === 1 ? "" : "s"}`,
      group: `sendMessage() of ${label}`,
      baseline: clients === 1,
      fn: () => server.sendMessage(channelId, sequence++, payload),
    });
  }
}
