// WorkerClient: the connection of a client is not read while much of what it sent waits for the producer.

import { assertEquals } from "@std/assert/equals";
import type { ClientTransport, TransportEvents } from "../../src/server/clients/client_transport.ts";
import type { Notice } from "../../src/workers/messages.ts";
import { Notices } from "../../src/workers/worker/notices.ts";
import { WorkerClient } from "../../src/workers/worker/worker_client.ts";
import { TestClock } from "../support/test_clock.ts";

/** A client with a transport that only reports events. */
function fixture() {
  const notices: Notice[] = [];
  const copies: number[] = [];
  let events: TransportEvents | undefined;
  const transport: ClientTransport = {
    hasRoom: true,
    queuedBytes: 0,
    isClosing: false,
    isHeld: false,
    send() {},
    sendData() {},
    close() {},
    listen: (given) => events = given,
  };
  const client = new WorkerClient(7, transport, {
    notices: new Notices((posted, transfer) => {
      notices.push(...posted);
      copies.push(transfer.length);
    }),
    clock: new TestClock(),
    options: { maxQueuedBytes: 1000, maxQueuedMessages: 10 },
    onClosed: () => {},
  });
  client.listen(() => {});
  return { client, transport, notices, copies, events: events! };
}

Deno.test("WorkerClient stops reading after 64 messages, and reads again when the producer has taken most of them", () => {
  const { client, transport, events } = fixture();
  for (let count = 0; count < 63; count++) events.received("{}");
  assertEquals(transport.isHeld, false);
  events.received("{}");
  assertEquals(transport.isHeld, true);
  client.taken(16, 32);
  assertEquals(transport.isHeld, false);
});

Deno.test("WorkerClient stops reading after 256 KiB", () => {
  const { client, transport, events } = fixture();
  events.received(new Uint8Array(200_000));
  assertEquals(transport.isHeld, false);
  events.received(new ArrayBuffer(100_000));
  assertEquals(transport.isHeld, true);
  client.taken(1, 200_000);
  assertEquals(transport.isHeld, false);
});

Deno.test("WorkerClient passes whole buffers on, and copies views, whose memory belongs to other messages", async () => {
  const { notices, copies, events } = fixture();
  const whole = new Uint8Array([1, 2, 3]).buffer;
  events.received(whole);
  events.received(new Uint8Array([0, 4, 5, 0]).subarray(1, 3));
  await Promise.resolve();
  const received = notices.flatMap((notice) => notice.type === "received" ? [notice.data] : []);
  assertEquals(received, [whole, new Uint8Array([4, 5]).buffer]);
  assertEquals([received[0] === whole, copies], [true, [2]]);
});

Deno.test("WorkerClient reports its figures only if they have changed", () => {
  const { client, events } = fixture();
  assertEquals(client.takeFigures()?.[0], 7);
  assertEquals(client.takeFigures(), undefined);
  client.sendControl("hello", false);
  assertEquals(client.takeFigures()?.slice(-2), [1, 5]);
  events.closed("client");
});
