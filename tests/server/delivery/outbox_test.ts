// Outbox: the order of queued messages, and the drops when too much is queued.

import { assertEquals } from "@std/assert/equals";
import { encodeServerMessage } from "../../../src/protocol/encode.ts";
import { CallQueue } from "../../../src/call_queue.ts";
import { Flusher } from "../../../src/server/delivery/flusher.ts";
import { type Frame, Outbox, type Transport } from "../../../src/server/delivery/outbox.ts";
import { CAPACITY_BYTES, OutboxUnderTest, source } from "../../support/backlog.ts";
import { settled } from "../../support/conversation.ts";
import { TestClock } from "../../support/test_clock.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const time = (timestamp: bigint) => encodeServerMessage({ op: "time", timestamp });
/** For example `["1:a0", "1:a1"]`. */
const numbered = (prefix: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `${prefix}${from + index}`);

Deno.test("Outbox sends at once while the client reads fast enough", () => {
  const backlog = new OutboxUnderTest();
  backlog.publish(source(1), "a");
  backlog.control("b");
  backlog.outbox.sendTime(time(5n));
  assertEquals(backlog.socket.take(), ["1:a", "b", "time 5"]);
  assertEquals([backlog.queuedCount, backlog.outbox.hasQueued], [0, false]);
});

Deno.test("Q02 Outbox drops the oldest messages when too many are queued, and keeps the newest in order", () => {
  const backlog = new OutboxUnderTest({ maxQueuedMessages: 10 });
  const camera = source(1);
  backlog.socket.stall();
  for (let index = 0; index < 25; index++) backlog.publish(camera, `a${index}`);
  assertEquals(backlog.socket.take(), []);
  assertEquals(backlog.dropped.length, 15);
  assertEquals([camera.traffic.drops.queue, backlog.outbox.traffic.drops.queue], [15, 15]);
  backlog.socket.drain();
  backlog.outbox.flush();
  assertEquals(backlog.socket.take(), numbered("1:a", 15, 25));
  assertEquals([camera.traffic.messagesSent, backlog.outbox.hasQueued], [10, false]);
});

Deno.test("Q02 Outbox drops the oldest messages when too many bytes are queued", () => {
  const backlog = new OutboxUnderTest({ maxQueuedBytes: 100 * KIB });
  const camera = source(1);
  backlog.socket.stall();
  for (let index = 0; index < 10; index++) backlog.publish(camera, `a${index}`, 30 * KIB);
  backlog.socket.drain();
  backlog.outbox.flush();
  assertEquals(backlog.socket.take(), numbered("1:a", 7, 10));
});

Deno.test("Q02 Outbox never drops control messages, and keeps their order relative to data", () => {
  const backlog = new OutboxUnderTest({ maxQueuedMessages: 4 });
  const camera = source(1);
  backlog.socket.stall();
  for (let index = 0; index < 8; index++) {
    backlog.publish(camera, `a${index}`);
    backlog.control(`c${index}`);
  }
  backlog.socket.drain();
  backlog.outbox.flush();
  const rest = ["1:a4", "c4", "1:a5", "c5", "1:a6", "c6", "1:a7", "c7"];
  assertEquals(backlog.socket.take(), ["c0", "c1", "c2", "c3", ...rest]);
});

Deno.test("Q02 Outbox drops messages of the channel with the most queued bytes", () => {
  const backlog = new OutboxUnderTest({ maxQueuedBytes: 100 * KIB });
  const [camera, state] = [source(1), source(2)];
  backlog.socket.stall();
  for (let index = 0; index < 20; index++) {
    backlog.publish(state, `s${index}`, 100);
    backlog.publish(camera, `a${index}`, 30 * KIB);
  }
  assertEquals([camera.traffic.drops.queue, state.traffic.drops.queue], [17, 0]);
});

Deno.test("Q02 Outbox drops the newest message last, however large it is", () => {
  const backlog = new OutboxUnderTest({ maxQueuedBytes: 101 * KIB });
  const [camera, state] = [source(1), source(2)];
  backlog.socket.stall();
  for (let index = 0; index < 5; index++) backlog.publish(state, `s${index}`, 10 * KIB);
  backlog.publish(camera, "big", 90 * KIB);
  backlog.socket.drain();
  backlog.outbox.flush();
  assertEquals(backlog.socket.take(), ["2:s4", "1:big"]);
});

Deno.test("Outbox sends one message per channel in turns when the client lags", () => {
  const backlog = new OutboxUnderTest();
  const [camera, lidar, state] = [source(1), source(2), source(3)];
  backlog.socket.stall();
  for (let index = 0; index < 4; index++) backlog.publish(camera, `a${index}`);
  for (let index = 0; index < 2; index++) backlog.publish(lidar, `b${index}`);
  backlog.publish(state, "s0");
  backlog.socket.drain();
  backlog.outbox.flush();
  assertEquals(backlog.socket.take(), ["1:a0", "2:b0", "3:s0", "1:a1", "2:b1", "1:a2", "1:a3"]);
});

Deno.test("Outbox sends no message of a later segment before a control message", () => {
  const backlog = new OutboxUnderTest();
  const [camera, state] = [source(1), source(2)];
  backlog.socket.stall();
  backlog.publish(camera, "a0");
  backlog.publish(camera, "a1");
  backlog.control("new session");
  backlog.publish(camera, "a2");
  backlog.publish(state, "s0");
  backlog.socket.drain();
  backlog.outbox.flush();
  assertEquals(backlog.socket.take(), ["1:a0", "1:a1", "new session", "2:s0", "1:a2"]);
  assertEquals(backlog.outbox.hasQueued, false);
});

Deno.test("Outbox sends only while the socket has buffered little", () => {
  const backlog = new OutboxUnderTest();
  const camera = source(1);
  backlog.socket.stall();
  const size = CAPACITY_BYTES / 2;
  for (let index = 0; index < 6; index++) backlog.publish(camera, `a${index}`, size);
  backlog.outbox.flush();
  assertEquals(backlog.socket.take(), []);
  backlog.socket.drain();
  backlog.outbox.flush();
  assertEquals(backlog.socket.take(), ["1:a0", "1:a1"]);
  backlog.socket.drain();
  backlog.outbox.flush();
  assertEquals(backlog.socket.take(), ["1:a2", "1:a3"]);
});

Deno.test("latestOnly keeps the newest queued message, in the place of the oldest", () => {
  const backlog = new OutboxUnderTest();
  const [pose, camera] = [source(1, { delivery: "latestOnly" }), source(2)];
  backlog.socket.stall();
  for (let index = 0; index < 1000; index++) backlog.publish(pose, `p${index}`);
  backlog.publish(camera, "a0");
  backlog.publish(pose, "p1000");
  backlog.socket.drain();
  backlog.outbox.flush();
  assertEquals(backlog.socket.take(), ["1:p1000", "2:a0"]);
  assertEquals([pose.traffic.drops.replaced, backlog.dropped], [1000, []]);
});

Deno.test("reliable messages are not dropped, and count like control messages", () => {
  const backlog = new OutboxUnderTest({ maxQueuedMessages: 2 });
  const [log, camera] = [source(1, { delivery: "reliable" }), source(2)];
  backlog.socket.stall();
  for (let index = 0; index < 5; index++) {
    backlog.publish(log, `l${index}`);
    backlog.publish(camera, `a${index}`);
  }
  backlog.socket.drain();
  backlog.outbox.flush();
  assertEquals(backlog.socket.take().toSorted(), ["1:l0", "1:l1", "1:l2", "1:l3", "1:l4", "2:a3", "2:a4"]);
});

Deno.test("maxAgeMs drops a message that was queued for too long, when its turn comes", () => {
  const backlog = new OutboxUnderTest();
  const [fresh, patient] = [source(1, { maxAgeMs: 500 }), source(2)];
  backlog.socket.stall();
  backlog.publish(fresh, "old");
  backlog.publish(patient, "old");
  backlog.clock.advance(400);
  backlog.publish(fresh, "new");
  backlog.clock.advance(101);
  backlog.socket.drain();
  backlog.outbox.flush();
  assertEquals(backlog.socket.take().toSorted(), ["1:new", "2:old"]);
  assertEquals([fresh.traffic.drops.age, backlog.dropped], [1, ["/t1"]]);
});

Deno.test("Q04 Outbox reports an overflow when too many control messages are queued", () => {
  const backlog = new OutboxUnderTest();
  backlog.socket.stall();
  for (let index = 0; index < 4096; index++) backlog.control("c");
  assertEquals(backlog.overflowCount, 0);
  backlog.control("one too many");
  assertEquals([backlog.overflowCount, backlog.outbox.hasQueued], [1, false]);
  backlog.control("later");
  backlog.publish(source(1), "later");
  backlog.socket.drain();
  backlog.outbox.flush();
  assertEquals([backlog.overflowCount, backlog.socket.take()], [1, []]);
});

Deno.test("Q04 Outbox reports an overflow when control messages need too many bytes, but not for a single message", () => {
  const backlog = new OutboxUnderTest();
  const log = source(1, { delivery: "reliable" });
  backlog.socket.stall();
  backlog.publish(log, "huge", 65 * MIB);
  assertEquals(backlog.overflowCount, 0);
  backlog.control("more");
  assertEquals(backlog.overflowCount, 1);
});

Deno.test("Q05 Outbox.purge() removes the queued messages of a channel", () => {
  const backlog = new OutboxUnderTest();
  const [camera, state] = [source(1), source(2)];
  backlog.socket.stall();
  for (let index = 0; index < 3; index++) {
    backlog.publish(camera, `a${index}`);
    backlog.publish(state, `s${index}`);
  }
  backlog.outbox.purge(camera.id);
  backlog.control("unadvertise");
  // The client subscribes to the channel again.
  backlog.publish(camera, "a3");
  backlog.socket.drain();
  backlog.outbox.flush();
  assertEquals(backlog.socket.take(), ["2:s0", "2:s1", "2:s2", "unadvertise", "1:a3"]);
  assertEquals([camera.traffic.drops.queue, backlog.outbox.queuedBytes > 0], [0, true]);
});

Deno.test("Q06 Outbox sends a message above the limit if nothing else is queued", () => {
  const backlog = new OutboxUnderTest({ maxQueuedBytes: 1000 });
  const camera = source(1);
  backlog.publish(camera, "straight", 5000);
  backlog.socket.stall();
  backlog.publish(camera, "waiting", 5000);
  backlog.socket.drain();
  backlog.outbox.flush();
  assertEquals(backlog.socket.take(), ["1:straight", "1:waiting"]);
});

Deno.test("T05 Outbox.sendTime() keeps only the newest queued time", () => {
  const backlog = new OutboxUnderTest();
  const camera = source(1);
  backlog.socket.stall();
  backlog.outbox.sendTime(time(1n));
  backlog.publish(camera, "a0");
  for (let now = 2n; now <= 100n; now++) backlog.outbox.sendTime(time(now));
  backlog.socket.drain();
  backlog.outbox.flush();
  assertEquals(backlog.socket.take(), ["time 100", "1:a0"]);
  backlog.socket.stall();
  backlog.outbox.sendTime(time(101n));
  backlog.socket.drain();
  backlog.outbox.flush();
  assertEquals(backlog.socket.take(), ["time 101"]);
});

Deno.test("Outbox.finish() sends the messages that must not be dropped, and no others", () => {
  const backlog = new OutboxUnderTest();
  const [camera, log] = [source(1), source(2, { delivery: "reliable" })];
  backlog.socket.stall();
  backlog.publish(camera, "a0");
  backlog.control("c0");
  backlog.publish(log, "l0");
  backlog.control("c1");
  backlog.outbox.finish();
  backlog.control("too late");
  assertEquals(backlog.socket.take(), ["c0", "2:l0", "c1"]);
});

/** Whether whenRoom() resolves immediately. */
async function hasRoom(outbox: Outbox): Promise<boolean> {
  let hasRoom = false;
  void outbox.whenRoom().then(() => hasRoom = true);
  await Promise.resolve();
  return hasRoom;
}

Deno.test("Outbox.sendControl() frees the memory of large owned frames after sending, at once or later", () => {
  const backlog = new OutboxUnderTest();
  const frame = (size: number) =>
    encodeServerMessage({ op: "fetchAssetResponse", requestId: 1, status: "success", data: new Uint8Array(size) });
  const [own, shared, small, waiting] = [frame(MIB), frame(MIB), frame(1000), frame(MIB)] as Uint8Array[];
  backlog.outbox.sendControl(small as Frame, true);
  backlog.outbox.sendControl(shared as Frame);
  backlog.socket.drain();
  backlog.outbox.sendControl(own as Frame, true);
  backlog.outbox.sendControl(waiting as Frame, true);
  assertEquals([own!, shared!, small!, waiting!].map(({ byteLength }) => byteLength > 0), [false, true, true, true]);
  backlog.socket.drain();
  backlog.outbox.flush();
  assertEquals([waiting!.byteLength, backlog.outbox.queuedBytes], [0, MIB + 10]);
  assertEquals(backlog.socket.take(), Array(4).fill("fetchAssetResponse"));
});

Deno.test("Outbox.whenRoom() counts control messages and the socket's buffer, and not queued data", async () => {
  const backlog = new OutboxUnderTest();
  const { outbox, socket } = backlog;
  socket.queuedBytes = 4 * MIB - 1000;
  assertEquals([outbox.isCrowded, await hasRoom(outbox)], [false, true]);
  backlog.publish(source(1), "data", 2 * MIB);
  assertEquals([outbox.isCrowded, await hasRoom(outbox)], [false, true]);
  backlog.control("x".repeat(1000));
  assertEquals([outbox.isCrowded, await hasRoom(outbox)], [true, false]);
  outbox.close();
});

Deno.test("Outbox.whenRoom() counts messages, because their number is limited as well", async () => {
  const backlog = new OutboxUnderTest();
  backlog.socket.stall();
  for (let count = 0; count < 1023; count++) backlog.control("x");
  assertEquals(await hasRoom(backlog.outbox), true);
  backlog.control("x");
  assertEquals(await hasRoom(backlog.outbox), false);
  assertEquals(backlog.overflowCount, 0);
  backlog.outbox.close();
});

Deno.test("Outbox.whenRoom() requests flush() calls until the client has read enough, even if nothing is queued", async () => {
  const backlog = new OutboxUnderTest();
  const { outbox, socket } = backlog;
  socket.queuedBytes = 5 * MIB;
  let hasRoom = false;
  const room = outbox.whenRoom().then(() => hasRoom = true);
  assertEquals([backlog.queuedCount, outbox.hasQueued, outbox.needsFlush], [1, false, true]);
  socket.queuedBytes = 4 * MIB;
  outbox.flush();
  await Promise.resolve();
  assertEquals(hasRoom, false);
  socket.queuedBytes -= 1;
  outbox.flush();
  await room;
  assertEquals(outbox.needsFlush, false);
});

Deno.test("Outbox.whenRoom() resolves for a client whose socket is repeatedly filled with data", async () => {
  const backlog = new OutboxUnderTest();
  backlog.socket.queuedBytes = 5 * MIB;
  const room = backlog.outbox.whenRoom();
  for (let count = 0; count < 2; count++) backlog.publish(source(1), "image", 4 * MIB);
  backlog.socket.drain();
  backlog.outbox.flush();
  await room;
  assertEquals([backlog.outbox.isCrowded, backlog.outbox.hasQueued], [true, true]);
  backlog.outbox.close();
});

Deno.test("Outbox.whenRoom() resolves when the client has disconnected", async () => {
  const backlog = new OutboxUnderTest();
  backlog.socket.queuedBytes = 5 * MIB;
  const room = backlog.outbox.whenRoom();
  backlog.outbox.close();
  await room;
  await backlog.outbox.whenRoom();
  assertEquals(backlog.outbox.needsFlush, false);
});

Deno.test("Outbox keeps the content of each message when its memory is reused", () => {
  const backlog = new OutboxUnderTest({ maxQueuedMessages: 1000 });
  const [camera, pose] = [source(1), source(2, { delivery: "latestOnly" })];
  for (let round = 0; round < 30; round++) {
    backlog.socket.stall();
    for (let index = 0; index < 40; index++) {
      backlog.publish(camera, `a${round}/${index}`, 20 + index * 50);
      backlog.publish(pose, `p${round}/${index}`, 2000);
    }
    backlog.socket.drain();
    backlog.outbox.flush();
    const sent = backlog.socket.take();
    assertEquals(sent.filter((text) => text.startsWith("1:")), numbered(`1:a${round}/`, 0, 40));
    assertEquals(sent.filter((text) => text.startsWith("2:")), [`2:p${round}/39`]);
  }
});

Deno.test("Outbox.drainedBytes grows while the client reads", () => {
  const backlog = new OutboxUnderTest();
  backlog.publish(source(1), "a", 1000);
  assertEquals(backlog.outbox.drainedBytes, 0);
  backlog.socket.drain();
  assertEquals(backlog.outbox.drainedBytes, 1013);
});

Deno.test("Flusher does not poll a transport that reports room, and flushes when it does", async () => {
  const sent: Frame[] = [];
  let report = () => {};
  const transport: Transport & { hasRoom: boolean } = {
    hasRoom: false,
    queuedBytes: 0,
    send: (frame) => void sent.push(frame),
    sendData: (message) => void sent.push(message.bytes),
    onRoom: (callback) => void (report = callback),
  };
  const clock = new TestClock();
  const flusher = new Flusher(new CallQueue(), clock);
  const outbox: Outbox = new Outbox(transport, { maxQueuedBytes: 1000, maxQueuedMessages: 10, clock }, {
    onQueued: () => flusher.add(outbox),
    onRoom: () => flusher.flush(outbox),
    advertiseChanges() {},
    onDropped() {},
    onOverflow() {},
  });
  outbox.sendControl("one");
  outbox.sendControl("two");
  transport.hasRoom = true;
  for (let turns = 0; turns < 5; turns++) {
    clock.advance(10);
    await settled();
  }
  assertEquals([sent, clock.pendingTimers], [[], 0]);
  report();
  assertEquals([sent, outbox.hasQueued], [["one", "two"], false]);
});
