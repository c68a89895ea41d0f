// Sinks that fail, that call the server, and that are closed.

import { assertEquals } from "@std/assert/equals";
import type { Logger } from "../../../src/logger.ts";
import { bytes, channel, type Conversation, conversation, ODOM, settled } from "../../support/conversation.ts";
import { within } from "../../support/events.ts";
import { RecordingSink } from "../../support/recording_sink.ts";
import { TestClock } from "../../support/test_clock.ts";
import { startServer } from "../../support/test_server.ts";

const IMU = { ...ODOM, topic: "/imu" };

/** The lines of the log that are errors. */
function errors(log: readonly string[]): string[] {
  return log.filter((line) => line.startsWith("error"));
}

function fail(): never {
  throw new Error("disk full");
}

for (const method of ["channelAdded", "channelRemoved", "message"] as const) {
  Deno.test(`R05 a sink whose ${method}() throws is removed, logged once and closed; nothing else is affected`, async () => {
    const { server, client, log } = conversation();
    const [failing, other] = [new RecordingSink(), new RecordingSink()];
    failing.onCall = (called) => {
      if (called === method) fail();
    };
    server.addSink(failing);
    server.addSink(other);
    const id = server.addChannel(ODOM);
    const app = client();
    app.subscribes(1, id);
    for (const text of ["a", "b"]) server.sendMessage(id, 1n, text);
    assertEquals(app.takesAll().filter(({ op }) => op === "messageData").length, 2);
    assertEquals(server.removeChannel(id), true);
    await settled();
    const calls = ["+1 /odom", "1@1 a", "1@1 b", "-1"];
    assertEquals(other.take(), calls);
    assertEquals(failing.take(), [
      ...calls.slice(0, { channelAdded: 1, message: 2, channelRemoved: 4 }[method]),
      "close",
    ]);
    assertEquals(errors(log), [`error: Removed a sink because its ${method}() for "/odom" failed`]);
    const { hookErrors, sinks } = server.stats();
    assertEquals([hookErrors.sink, sinks.map(({ sink }) => sink)], [1, [other]]);
  });
}

Deno.test("R05 a sink that throws in addSink() gets no further call", () => {
  const { server, log } = conversation();
  server.addChannels([ODOM, IMU]);
  const sink = new RecordingSink();
  sink.next("channelAdded", fail);
  using _ = server.addSink(sink);
  assertEquals([sink.take(), server.stats().sinks], [["+1 /odom", "close"], []]);
  assertEquals(errors(log), ['error: Removed a sink because its channelAdded() for "/odom" failed']);
});

Deno.test("R05 a sink whose async method rejects is removed and logged once", async () => {
  const { server, log } = conversation();
  const sink = new RecordingSink();
  // The compiler accepts async methods where nothing is returned.
  sink.message = () => Promise.reject(new Error("disk full")) as unknown as void;
  server.addSink(sink);
  const id = server.addChannel(ODOM);
  for (let count = 0; count < 3; count++) server.sendMessage(id, 1n, "x");
  await settled();
  const { sinks, hookErrors } = server.stats();
  assertEquals([sink.take(), sinks, hookErrors.sink], [["+1 /odom", "close"], [], 1]);
  assertEquals(errors(log), ['error: Removed a sink because its message() for "/odom" failed']);
});

Deno.test("R05 errors of close(), thrown or rejected, are logged", async () => {
  const failures: (() => Promise<void>)[] = [fail, () => Promise.reject(new Error("disk full"))];
  for (const close of failures) {
    const { server, log } = conversation();
    const sink = new RecordingSink();
    sink.close = close;
    server.addSink(sink);
    await server.close({ graceMs: 0 });
    await settled();
    assertEquals([errors(log), server.stats().hookErrors.sink], [["error: A removed sink's close() failed"], 1]);
  }
});

Deno.test("R05 the failure of a sink is logged even if the logger itself sent the message", () => {
  const lines: string[] = [];
  const log = (message: string) => {
    lines.push(message);
    if (server.channels.size > 0) server.publish("/log", { message });
  };
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  const { server } = conversation({ logger });
  server.publish("/log", { message: "first" });
  const sink = new RecordingSink();
  sink.onCall = (method) => {
    if (method === "message") fail();
  };
  server.addSink(sink);
  server.addChannel({ topic: "/xml", encoding: "xml" }); // causes a warning
  assertEquals(lines.length, 2);
  assertEquals(lines[1], 'Removed a sink because its message() for "/log" failed');
});

Deno.test("R06 a sink may send messages: on another channel, on its own, and for a channel that is being added", () => {
  const { server, client } = conversation();
  const [first, second] = [new RecordingSink(), new RecordingSink()];
  server.addSink(first);
  server.addSink(second);
  // The sinks have not been told about a channel when the first one sends on it.
  first.next("channelAdded", () => {
    server.sendMessage(channel(2), 1n, "latched");
    server.sendMessage(channel(1), 1n, "early");
  });
  const [odom, imu] = server.addChannels([ODOM, { ...IMU, latch: true }]);
  assertEquals(first.take(), ["+1 /odom", "+2 /imu latch 1", "2@1 latched", "1@1 early"]);
  assertEquals(second.take(), ["+2 /imu latch 1", "2@1 latched", "+1 /odom", "1@1 early"]);
  const app = client();
  app.subscribes(1, odom!);
  app.subscribes(2, imu!);
  app.takesAll();
  first.next("message", () => server.sendMessage(imu!, 3n, "a longer message than the outer one"));
  first.next("message", () => server.sendMessage(odom!, 4n, "inner"));
  server.sendMessage(odom!, 2n, "outer");
  assertEquals(first.take(), ["1@2 outer", "2@3 a longer message than the outer one", "1@4 inner"]);
  // The bytes of the outer messages are intact after the nested ones.
  assertEquals(second.take(), ["1@4 inner", "2@3 a longer message than the outer one", "1@2 outer"]);
  const received = app.takesAll().flatMap((message) => message.op === "messageData" ? [message.payload] : []);
  assertEquals(received, ["inner", "a longer message than the outer one", "outer"].map(bytes));
});

Deno.test("R06 a sink that sends on each message is removed, and each message that was sent arrives", () => {
  const { server, log, client } = conversation();
  const sink = new RecordingSink();
  const id = server.addChannel(ODOM);
  sink.onCall = (method) => {
    if (method === "message") server.sendMessage(id, 1n, "again");
  };
  server.addSink(sink);
  sink.take();
  const app = client();
  app.subscribes(1, id);
  server.sendMessage(id, 1n, "first");
  assertEquals(sink.take(), ["1@1 first", ...Array.from({ length: 7 }, () => "1@1 again"), "close"]);
  assertEquals(app.takesAll().filter(({ op }) => op === "messageData").length, 8);
  assertEquals(errors(log), ['error: Removed a sink because its message() for "/odom" failed']);
});

Deno.test("R06 a sink may add a sink: it gets a latched message once, and other messages from the next one on", () => {
  for (const latch of [false, true]) {
    const { server } = conversation();
    const [first, second] = [new RecordingSink(), new RecordingSink()];
    const id = server.addChannel({ ...ODOM, latch });
    server.addSink(first);
    first.next("message", () => server.addSink(second));
    for (const text of ["a", "b"]) server.sendMessage(id, 1n, text);
    assertEquals(second.take(), latch ? ["+1 /odom latch 1", "1@1 a", "1@1 b"] : ["+1 /odom", "1@1 b"]);
  }
});

Deno.test("R06 a sink may send while it gets latched messages: it gets each message once", () => {
  const { server } = conversation();
  const id = server.addChannel({ ...ODOM, latch: { depth: 2 } });
  for (const text of ["a", "b"]) server.sendMessage(id, 1n, text);
  const sink = new RecordingSink();
  sink.next("channelAdded", () => server.sendMessage(id, 2n, "c"));
  sink.next("message", () => server.sendMessage(id, 3n, "d"));
  server.addSink(sink);
  assertEquals(sink.take().toSorted(), ["+1 /odom latch 2", "1@1 a", "1@1 b", "1@2 c", "1@3 d"]);
});

Deno.test("R06 a sink may remove itself or another sink: neither gets another call", () => {
  const { server, log } = conversation();
  const sinks = [new RecordingSink(), new RecordingSink(), new RecordingSink()];
  const id = server.addChannel(ODOM);
  const removals = sinks.map((sink) => server.addSink(sink));
  const [first, second, third] = sinks;
  first!.next("message", () => {
    for (const index of [0, 2]) removals[index]![Symbol.dispose]();
  });
  for (const text of ["a", "b"]) server.sendMessage(id, 1n, text);
  assertEquals([first, second, third].map((sink) => sink!.take()), [
    ["+1 /odom", "1@1 a"],
    ["+1 /odom", "1@1 a", "1@1 b"],
    ["+1 /odom"],
  ]);
  first!.next("channelRemoved", () => removals[1]![Symbol.dispose]());
  removals[0] = server.addSink(first!);
  removals[1]![Symbol.dispose]();
  removals[1] = server.addSink(second!);
  server.removeChannel(id);
  assertEquals([first!.take(), second!.take()], [["+1 /odom", "-1"], ["+1 /odom"]]);
  removals[0]![Symbol.dispose]();
  server.addChannel(ODOM);
  const late = new RecordingSink();
  late.next("channelAdded", fail);
  server.addSink(late);
  assertEquals([server.stats().sinks, errors(log).length], [[], 1]);
});

Deno.test("R06 a sink may remove channels: other sinks learn of them at most once, and get nothing after that", () => {
  const { server, client } = conversation();
  const [first, second] = [new RecordingSink(), new RecordingSink()];
  server.addSink(first);
  server.addSink(second);
  first.next("channelAdded", () => server.removeChannel(2 as never));
  const [odom] = server.addChannels([ODOM, IMU]);
  assertEquals([first.take(), second.take()], [["+1 /odom"], ["+1 /odom"]]);
  const app = client();
  app.subscribes(1, odom!);
  app.takesAll();
  first.next("message", () => server.removeChannel(odom!));
  server.sendMessage(odom!, 1n, "x");
  assertEquals([first.take(), second.take()], [["1@1 x", "-1"], ["-1"]]);
  assertEquals(app.takesAll(), [{ op: "unadvertise", channelIds: [odom!] }]);
});

Deno.test("R06 a sink may close the server", async () => {
  const { server } = conversation();
  const [first, second] = [new RecordingSink(), new RecordingSink()];
  const id = server.addChannel(ODOM);
  server.addSink(first);
  server.addSink(second);
  first.next("message", () => void server.close({ graceMs: 0 }));
  for (const text of ["a", "b"]) server.sendMessage(id, 1n, text);
  await server.closed;
  assertEquals([first.take(), second.take()], [["+1 /odom", "1@1 a", "close"], ["+1 /odom", "close"]]);
});

Deno.test("R07 FoxgloveServer.close() closes each sink once, after the hooks, and nothing else calls it", async () => {
  const order: string[] = [];
  const server = await startServer({
    logger: false,
    listener: { onClientDisconnect: () => void order.push("onClientDisconnect") },
  });
  const client = new WebSocket(server.url!);
  await new Promise((resolve) => client.onmessage = resolve);
  const left = new Promise((resolve) => client.onclose = resolve);
  const [sink, removed] = [new RecordingSink(), new RecordingSink()];
  sink.onCall = (_method, call) => void order.push(call);
  server.addSink(sink);
  server.addSink(removed)[Symbol.dispose]();
  const id = server.addChannel(ODOM);
  await within(server.close(), "close()");
  await left;
  await server.close();
  server.sendMessage(id, 1n, "late");
  server.removeChannel(id);
  assertEquals([order, removed.take()], [["+1 /odom", "onClientDisconnect", "close"], []]);
});

Deno.test("R07 FoxgloveServer.close() waits for the close() of its sinks, and of those that have failed", async () => {
  for (const hasFailed of [false, true]) {
    const closed: string[] = [];
    const close = ({ server }: Conversation, name: string) =>
      void server.close({ graceMs: 60_000 }).then(() => closed.push(name));
    const [talk, other] = [conversation({}, { clock: new TestClock() }), conversation({}, { clock: new TestClock() })];
    const file = Promise.withResolvers<void>();
    const sink = new RecordingSink();
    sink.close = () => file.promise;
    if (hasFailed) sink.next("channelAdded", fail);
    talk.server.addSink(sink);
    talk.server.addChannel(ODOM);
    close(talk, "with a sink");
    close(other, "without a sink");
    // A server without sinks that began later is closed, so this one waits for its sink.
    await other.server.closed;
    await settled();
    assertEquals(closed, ["without a sink"]);
    file.resolve();
    await talk.server.closed;
    await settled();
    assertEquals(closed, ["without a sink", "with a sink"]);
  }
});

Deno.test("R07 FoxgloveServer.close() does not wait longer than graceMs for a sink", async () => {
  const server = await startServer();
  const sink = new RecordingSink();
  sink.close = () => new Promise(() => {});
  server.addSink(sink);
  await within(server.close({ graceMs: 1 }), "close()");
});
