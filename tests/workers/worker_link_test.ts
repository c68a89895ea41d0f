// WorkerLink: how the producer takes what a worker tells it.

import { assertEquals } from "@std/assert/equals";
import type { Notice } from "../../src/workers/messages.ts";
import { WorkerLink, type WorkerLinkOptions, type WorkerPort } from "../../src/workers/producer/worker_link.ts";
import { createRing, MIN_RING_BYTES } from "../../src/workers/ring.ts";

Deno.test("WorkerLink processes 16 messages of clients per turn, but hears of accepted connections at once", async () => {
  const seen: string[] = [];
  const port: WorkerPort = { postMessage() {}, terminate() {}, onmessage: null, onerror: null };
  const link = new WorkerLink(port, {
    ring: createRing(MIN_RING_BYTES),
    worker: {} as WorkerLinkOptions["worker"],
    position: () => 0,
    onNotice: ({ type }) => void seen.push(type),
    onError: () => {},
  });
  const received: Notice = { type: "received", connection: 1, data: "{}" };
  const data: Notice[] = [...Array.from({ length: 40 }, () => received), { type: "accepted" }, { type: "pong" }];
  port.onmessage!(new MessageEvent("message", { data }));
  const counts = () => ["accepted", "received", "pong"].map((type) => seen.filter((each) => each === type).length);
  assertEquals(counts(), [1, 16, 0]);
  while (!seen.includes("pong")) await new Promise((resolve) => setImmediate(resolve));
  assertEquals(counts(), [1, 40, 1]);
  port.onmessage!(new MessageEvent("message", { data }));
  // The sanitizer of the test runner finds a turn that is still scheduled.
  link.end();
  port.onmessage!(new MessageEvent("message", { data }));
  assertEquals(counts(), [2, 56, 1]);
});
