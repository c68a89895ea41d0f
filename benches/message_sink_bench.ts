// The time to pass a message to a sink of the server, alone and together with a subscriber.

import { assertEquals } from "@std/assert/equals";
import { FoxgloveServer, type MessageSink } from "../mod.ts";
import { Sink } from "./support/sink.ts";
import { SIZES } from "./support/sizes.ts";

for (const { bytes, label } of SIZES) {
  const server = new FoxgloveServer({ name: "bench", logger: false });
  const [neither, recorded, seen, both] = ["/neither", "/recorded", "/seen", "/both"].map((topic) =>
    server.addChannel({ topic, encoding: "bench" })
  );
  let received = 0;
  const sink: MessageSink = { channelAdded() {}, channelRemoved() {}, message: () => void (received += 1) };
  server.addSink(sink, { topics: ["/recorded", "/both"] });
  for (const id of [seen, both]) new Sink(server).subscribe(id!);
  const payload = new Uint8Array(bytes);
  for (const id of [neither, recorded, seen, both]) server.sendMessage(id!, 1n, payload);
  assertEquals([received, server.stats().messagesSent], [2, 2]);

  const actions = { "no sink, no subscriber": neither, "a sink": recorded, "a subscriber": seen, "both": both };
  for (const [name, id] of Object.entries(actions)) {
    const baseline = id === seen;
    Deno.bench({ name, group: label, baseline, fn: () => server.sendMessage(id!, 1n, payload) });
  }
}
