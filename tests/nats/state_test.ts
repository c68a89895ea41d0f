// StateWriter and StateReader: the state of a robot, from one to the other.

import { assertEquals } from "@std/assert/equals";
import { StateStream } from "../../src/nats/jet_stream.ts";
import { SendWindow } from "../../src/nats/send_window.ts";
import { StateReader } from "../../src/nats/state_reader.ts";
import { StateWriter } from "../../src/nats/state_writer.ts";
import { Subjects } from "../../src/nats/subjects.ts";
import { TestClock } from "../support/test_clock.ts";
import { FakeConnection, linkOn } from "./fake_connection.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

function writerWith(maxFrameBytes = 1000, windowBytes = 1_000_000) {
  const connection = new FakeConnection();
  const clock = new TestClock();
  const window = new SendWindow(connection, clock, windowBytes);
  const writer = new StateWriter({
    window,
    clock,
    subjectOf: (key) => `s.${key}`,
    maxFrameBytes: () => maxFrameBytes,
    sentMs: () => 0,
  });
  return { connection, clock, window, writer, subjects: () => connection.published.map(({ subject }) => subject) };
}

Deno.test("StateWriter puts only the newest of values that wait", async () => {
  const { writer, connection, subjects } = writerWith();
  writer.set("a", bytes("1"));
  writer.set("b", bytes("1"));
  writer.set("a", bytes("2"));
  await turn();
  assertEquals([subjects(), writer.version, writer.waiting], [["s.a.0", "s.b.0"], 2, 0]);
  assertEquals((connection.published[0]!.payload as Uint8Array).subarray(18), bytes("2"));
});

Deno.test("StateWriter puts a value in parts, and waits for the window", async () => {
  const { writer, window, connection, subjects } = writerWith(126, 126);
  writer.set("a", new Uint8Array(250));
  await turn();
  assertEquals(subjects(), ["s.a.0"]);
  writer.set("b", bytes("1"));
  for (let confirmed = 0; confirmed < 3; confirmed++) {
    connection.flushes.shift()?.resolve();
    await turn();
  }
  assertEquals(subjects(), ["s.a.0", "s.a.1", "s.a.2", "s.b.0"]);
  assertEquals(window.unconfirmed > 0, true);
});

Deno.test("StateWriter puts a value not more often than its interval, but then the newest", async () => {
  const { writer, clock, connection, subjects } = writerWith();
  for (const text of ["1", "2"]) {
    writer.set("a", bytes(text), 1000);
    await turn();
  }
  writer.set("b", bytes("1"));
  writer.set("a", bytes("3"), 1000);
  await turn();
  assertEquals(subjects(), ["s.a.0", "s.b.0"]);
  clock.advance(1000);
  await turn();
  assertEquals(subjects(), ["s.a.0", "s.b.0", "s.a.0"]);
  assertEquals((connection.published.at(-1)!.payload as Uint8Array).subarray(18), bytes("3"));
});

Deno.test("StateWriter.putAll() puts everything again, also that a value was removed", async () => {
  const { writer, connection, subjects } = writerWith();
  writer.set("a", bytes("1"));
  writer.set("b", bytes("1"));
  writer.remove("b");
  writer.remove("never");
  await turn();
  writer.putAll();
  await turn();
  assertEquals(subjects(), ["s.a.0", "s.b.0", "s.a.0", "s.b.0"]);
  assertEquals((connection.published.at(-1)!.payload as Uint8Array).length, 18);
});

Deno.test("StateWriter puts each removal, also if more wait than it remembers", async () => {
  const { writer, connection } = writerWith(1000, Infinity);
  const keys = Array.from({ length: 1500 }, (_, index) => `ch.${index}`);
  for (const key of keys) writer.set(key, bytes("1"));
  await turn();
  connection.published.length = 0;
  for (const key of keys) writer.remove(key);
  await turn();
  const empty = connection.published.filter(({ payload }) => payload.length === 18).map(({ subject }) => subject);
  assertEquals(empty, keys.map((key) => `s.${key}.0`));
  // Later, only the newest 1,000 are remembered.
  writer.set("other", bytes("1"));
  writer.remove("other");
  await turn();
  connection.published.length = 0;
  writer.putAll();
  await turn();
  assertEquals([connection.published.length, connection.published.at(-1)?.subject], [1000, "s.other.0"]);
});

Deno.test("StateWriter keeps what the connection did not take", async () => {
  const { writer, connection } = writerWith();
  connection.close();
  writer.set("a", bytes("1"));
  await turn();
  assertEquals(writer.waiting, 1);
});

function readerWith() {
  const connection = new FakeConnection();
  const clock = new TestClock();
  const events: string[] = [];
  let inboxes = 0;
  const link = linkOn(connection, clock, { log: (line) => events.push(line) });
  const reader = new StateReader({
    link,
    stream: new StateStream(connection, new Subjects("Cannot", "fg")),
    run: "run",
    subjectPrefix: "s.",
    newInbox: () => `inbox${++inboxes}`,
    refresh: () => events.push("refresh"),
    onChange: (key, body, before) => events.push(`${key}: ${text(before)} -> ${text(body)}`),
    onComplete: () => events.push("complete"),
  });
  /** Delivers what a writer has published. */
  const deliver = (published: FakeConnection["published"], to: string) => {
    for (const { subject, payload } of published) connection.deliver(to, { subject, data: payload as Uint8Array });
  };
  return { connection, clock, link, events, reader, deliver };
}

function text(body: Uint8Array | undefined): string {
  return body === undefined ? "-" : new TextDecoder().decode(body).slice(0, 5);
}

Deno.test("StateReader is complete at the version of a heartbeat, and then reports changes", async () => {
  const { writer, connection: robot } = writerWith(100);
  const { reader, events, deliver } = readerWith();
  writer.set("a", bytes("1"));
  writer.set("large", new Uint8Array(500).fill(0x78));
  await turn();
  reader.heartbeat(writer.version);
  deliver(robot.published.slice(0, -1), "inbox1");
  assertEquals([reader.isComplete, events], [false, []]);
  deliver(robot.published.slice(-1), "inbox1");
  assertEquals([reader.isComplete, events], [true, ["complete"]]);
  assertEquals([...reader.values].map(([key, body]) => [key, body.length]), [["a", 1], ["large", 500]]);

  robot.published.length = 0;
  writer.set("a", bytes("2"));
  writer.remove("large");
  await turn();
  writer.putAll();
  await turn();
  deliver(robot.published, "inbox1");
  // Values that are put again have not changed.
  assertEquals(events, ["complete", "a: 1 -> 2", "large: xxxxx -> "]);
  reader.close();
});

Deno.test("StateReader creates another consumer if it lacks a version, and then requests the state", () => {
  const { reader, connection, clock, events } = readerWith();
  const create = "$JS.API.CONSUMER.CREATE.foxglove_fg";
  reader.heartbeat(1);
  clock.advance(1000);
  reader.heartbeat(2);
  assertEquals([connection.requested, connection.subjects, events], [[create], ["inbox1"], []]);
  clock.advance(1000);
  reader.heartbeat(3);
  assertEquals([connection.requested, connection.subjects, events], [[create, create], ["inbox2"], []]);
  clock.advance(2000);
  reader.heartbeat(4);
  assertEquals([connection.subjects, events], [["inbox3"], ["refresh"]]);
  reader.close();
});

Deno.test("StateReader has patience with a robot that is always a little ahead", async () => {
  const { writer, connection: robot } = writerWith();
  const { reader, connection, clock, deliver } = readerWith();
  for (let second = 0; second < 10; second++) {
    robot.published.length = 0;
    writer.set("a", bytes(String(second)));
    await turn();
    reader.heartbeat(writer.version);
    deliver(robot.published, "inbox1");
    clock.advance(1000);
  }
  assertEquals(connection.subjects, ["inbox1"]);
  reader.close();
});

Deno.test("StateReader tries again if there is no stream, and answers flow control", async () => {
  const { reader, connection, clock, events } = readerWith();
  connection.response = { error: { code: 404, err_code: 10_059, description: "stream not found" } };
  reader.start();
  await turn();
  clock.advance(1000);
  await turn();
  assertEquals(events, ["test: the state of the robot is not in NATS yet; trying again"]);
  connection.response = {};
  clock.advance(1000);
  await turn();
  assertEquals([connection.subjects, events.slice(1)], [["inbox4"], ["test: the state of the robot can be read"]]);
  connection.deliver("inbox4", { subject: "inbox4", reply: "flow", headers: { code: 100 } });
  assertEquals(connection.published.map(({ subject }) => subject), ["flow"]);
  reader.close();
});

Deno.test("StateReader logs why the state cannot be read", async () => {
  const { reader, connection, events } = readerWith();
  connection.response = { error: { code: 500, err_code: 10_025, description: "bad request" } };
  reader.start();
  await turn();
  assertEquals(events, [
    "test: cannot read the state of the robot: JetStream refuses CONSUMER.CREATE.foxglove_fg: bad request; trying again",
  ]);
  reader.close();
});

Deno.test("StateReader asks for nothing while there is no connection", async () => {
  const { reader, connection, clock, link, events } = readerWith();
  connection.response = { error: { code: 503, description: "no answer" } };
  reader.start();
  link.window.disconnected();
  await turn();
  clock.advance(60_000);
  assertEquals([connection.requested.length, events], [2, []]);
  link.window.reconnected();
  reader.start();
  assertEquals(connection.requested.length, 3);
  reader.close();
});
