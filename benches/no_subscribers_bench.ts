// The time to publish on a channel without subscribers.

import { assertEquals } from "@std/assert/equals";
import { FoxgloveServer, timeNs } from "../mod.ts";
import { Sink } from "./support/sink.ts";

const server = new FoxgloveServer({ name: "bench", logger: false });
const channelId = server.addChannel({ topic: "/bench", encoding: "bench" });
const other = server.addChannel({ topic: "/other", encoding: "bench" });
const sinks = Array.from({ length: 100 }, () => new Sink(server));
for (const sink of sinks) sink.subscribe(other);

const payload = new Uint8Array(1024);
const timestamp = timeNs();
server.sendMessage(channelId, timestamp, payload);
assertEquals(sinks.filter(({ frames }) => frames > 0).length, 0);
server.sendMessage(other, timestamp, payload);
assertEquals(sinks.filter(({ frames }) => frames > 0).length, 100);

const group = "100 clients, none subscribed";
Deno.bench({ name: "hasSubscribers()", group, baseline: true, fn: () => void server.hasSubscribers(channelId) });
Deno.bench({ name: "sendMessage()", group, fn: () => server.sendMessage(channelId, timestamp, payload) });
Deno.bench({
  name: "sendMessage() with timeNs()",
  group,
  fn: () => server.sendMessage(channelId, timeNs(), payload),
});
Deno.bench({
  name: "sendMessage() without a timestamp",
  group,
  fn: () => server.sendMessage(channelId, undefined, payload),
});

const value = { volts: 12.6 };
const handle = server.channel("/handle");
handle.send(value);
server.publish("/published", value);
Deno.bench({ name: "channel().send()", group, fn: () => handle.send(value) });
Deno.bench({ name: "publish()", group, fn: () => server.publish("/published", value) });
