// SendWindow: how many bytes are sent before NATS has confirmed earlier ones.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { SendWindow } from "../../src/nats/send_window.ts";
import { TestClock } from "../support/test_clock.ts";
import { FakeConnection } from "./fake_connection.ts";

const KIB = new Uint8Array(1000 - 4);

function windowOf(maxBytes: number) {
  const connection = new FakeConnection();
  const clock = new TestClock();
  return { connection, clock, window: new SendWindow(connection, clock, maxBytes) };
}

/** Lets promises go on. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

Deno.test("SendWindow closes when too much is not confirmed, and opens again", async () => {
  const { connection, window } = windowOf(4000);
  let sent = 0;
  while (window.isOpen) {
    window.send("data", KIB);
    sent += 1;
  }
  assertEquals([sent, window.unconfirmed], [4, 4000]);
  // The first flush confirms only what was sent before it.
  connection.flushes.shift()?.resolve();
  await turn();
  assertEquals([window.isOpen, window.unconfirmed], [true, 3000]);
  connection.flushes.shift()?.resolve();
  await turn();
  assertEquals([window.unconfirmed, connection.flushes.length], [0, 0]);
});

Deno.test("SendWindow confirms little data after a short time", async () => {
  const { connection, clock, window } = windowOf(1_000_000);
  window.send("data", KIB);
  assertEquals(connection.flushes.length, 0);
  clock.advance(50);
  assertEquals(connection.flushes.length, 1);
  connection.flushes.shift()?.resolve();
  await turn();
  assertEquals(window.unconfirmed, 0);
});

Deno.test("SendWindow sends a message that is larger than the window, and then nothing", () => {
  const { window } = windowOf(100);
  assertEquals([window.isOpen, window.send("data", KIB), window.isOpen], [true, true, false]);
});

Deno.test("SendWindow is closed without a connection, and forgets what is lost with it", async () => {
  const { connection, window } = windowOf(4000);
  for (let count = 0; count < 4; count++) window.send("data", KIB);
  window.disconnected();
  assertEquals([window.isOpen, window.unconfirmed], [false, 0]);
  connection.flushes.shift()?.reject(new Error("connection disconnected"));
  await turn();
  window.reconnected();
  window.send("data", KIB);
  assertEquals([window.isOpen, window.unconfirmed, connection.flushes.length], [true, 1000, 1]);
});

Deno.test("SendWindow: a flush of an earlier connection confirms nothing", async () => {
  const { connection, window } = windowOf(4000);
  window.send("data", KIB);
  const early = connection.flushes.shift();
  window.disconnected();
  window.reconnected();
  window.send("data", KIB);
  early?.resolve();
  await turn();
  assertEquals(window.unconfirmed, 1000);
});

Deno.test("SendWindow.opened() waits, and rejects when it is aborted", async () => {
  const { connection, window } = windowOf(1000);
  await window.opened(new AbortController().signal);
  window.send("data", KIB);
  let isOpen = false;
  const opened = window.opened(new AbortController().signal).then(() => isOpen = true);
  const abort = new AbortController();
  const aborted = assertRejects(() => window.opened(abort.signal), Error, "enough");
  abort.abort(new Error("enough"));
  await aborted;
  assertEquals(isOpen, false);
  connection.flushes.shift()?.resolve();
  await opened;
});

Deno.test("SendWindow.opened() leaves nothing behind at a signal that lives long", async () => {
  const { connection, window } = windowOf(1000);
  const { signal } = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners += 1;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners -= 1;
    removeEventListener.apply(signal, args);
  };
  window.send("data", KIB);
  const opened = window.opened(signal);
  assertEquals(listeners, 1);
  connection.flushes.shift()?.resolve();
  await opened;
  assertEquals(listeners, 0);
});

Deno.test("SendWindow.send() says when the connection does not take a message", () => {
  const { connection, window } = windowOf(1000);
  connection.close();
  assertEquals([window.send("data", KIB), window.unconfirmed], [false, 0]);
});
