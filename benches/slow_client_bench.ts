// The cost of a client that reads nothing: each message is queued for it, and an older one is dropped.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { FoxgloveServer } from "../mod.ts";
import { Sink } from "./support/sink.ts";
import { SIZES } from "./support/sizes.ts";

for (const { bytes, label } of SIZES) {
  const payload = new Uint8Array(bytes).fill(5);
  for (const slow of [0, 1]) {
    const server = new FoxgloveServer({ name: "bench", logger: false });
    const channelId = server.addChannel({ topic: "/bench", encoding: "bench" });
    const sinks = Array.from({ length: 10 }, () => new Sink(server));
    for (const sink of sinks) sink.subscribe(channelId);
    for (const sink of sinks.slice(0, slow)) sink.bufferedAmount = Number.MAX_SAFE_INTEGER;

    let sequence = 0n;
    // Until messages are dropped.
    for (let sent = 0; sent < 20_000 && server.stats().drops.queue === 0; sent++) {
      server.sendMessage(channelId, sequence++, payload);
      if (slow === 0) break;
    }
    assertEquals(server.stats().drops.queue > 0, slow > 0);
    assert(sinks.slice(slow).every(({ frames }) => frames === Number(sequence)));

    Deno.bench({
      name: slow === 0 ? "10 clients" : "10 clients, 1 of them reads nothing",
      group: `sendMessage() of ${label}`,
      baseline: slow === 0,
      fn: () => server.sendMessage(channelId, sequence++, payload),
    });
  }
}
