// socketPair(): two ends of a WebSocket within a process.

import { assertEquals } from "@std/assert/equals";
import { socketPair } from "../../src/nats/socket_pair.ts";

Deno.test("socketPair() delivers copies in order, then the end, and nothing afterwards", async () => {
  const { client, server } = socketPair("test");
  const seen: unknown[] = [];
  client.addEventListener("message", ({ data }) => {
    seen.push(typeof data === "string" ? data : new Uint8Array(data as ArrayBuffer));
  });
  client.addEventListener("close", ({ code, reason }) => seen.push([code, reason]));
  const ended: unknown[] = [];
  server.addEventListener("close", ({ code, reason }) => ended.push([code, reason]));
  const bytes = new Uint8Array([1, 2]);
  server.send(bytes);
  bytes.fill(0);
  server.send("why");
  server.close(1008, "too much");
  server.send("late");
  assertEquals(seen, []);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(seen, [new Uint8Array([1, 2]), "why", [1008, "too much"]]);
  client.close();
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals([ended, seen.length, client.readyState, server.readyState], [[[1008, "too much"]], 3, 3, 3]);
});
