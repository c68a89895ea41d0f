// Messages of a server with workers: spread over threads, in order, latched, large, reliable, and lost by slow workers.

import { assertEquals } from "@std/assert/equals";
import { delay } from "@std/async/delay";
import type { FoxgloveClient } from "../../src/client/mod.ts";
import type { FoxgloveServer } from "../../src/server/server.ts";
import { ODOM } from "../support/conversation.ts";
import { Queue, within } from "../support/events.ts";
import { reportedStats } from "../support/test_server.ts";
import { linuxTest, startWorkers } from "./fixture.ts";

/** Subscribes, and returns the timestamps of the messages when they arrive. */
async function follow(server: FoxgloveServer, client: FoxgloveClient, topic: string): Promise<Queue<bigint>> {
  const times = new Queue<bigint>("a message");
  const before = server.stats().subscriptions;
  client.subscribe(topic, { onMessage: ({ timestamp }) => times.push(timestamp) });
  while (server.stats().subscriptions === before) await delay(1);
  return times;
}

/** Returns the messages up to this one. */
async function until(times: Queue<bigint>, last: bigint): Promise<bigint[]> {
  const received: bigint[] = [];
  while (received.at(-1) !== last) received.push(await times.next());
  return received;
}

function numbers(count: number): bigint[] {
  return Array.from({ length: count }, (_, index) => BigInt(index));
}

linuxTest(
  "serveWorkers() spreads clients over its workers, and each client gets all messages in their order",
  async () => {
    await using fixture = await startWorkers({ ringBytes: 1 << 22 });
    const { server, threads } = fixture;
    const id = server.addChannel(ODOM);
    const clients = await fixture.connectToEach();
    assertEquals([clients.length, threads.every(({ connections }) => connections.size > 0)], [2, true]);
    assertEquals(
      new Set(server.clients.keys()).size,
      threads.reduce((sum, { connections }) => sum + connections.size, 0),
    );
    const followed: Queue<bigint>[] = [];
    for (const client of clients) followed.push(await follow(server, client, ODOM.topic));
    for (const time of numbers(1000)) {
      server.sendMessage(id, time, `{"n":${time}}`);
      // Less than the queue of a client in each turn.
      if (time % 200n === 199n) {
        await Promise.all(
          followed.map((times) => until(times, time).then((all) => all.length)),
        );
      }
    }
    const stats = await reportedStats(server, ({ messagesSent }) => messagesSent === 2000);
    assertEquals([stats.messagesSent, stats.drops.queue, stats.messagesPublished], [2000, 0, 1000]);
    assertEquals(stats.channels.map(({ messagesSent, subscribers }) => [messagesSent, subscribers]), [[2000, 2]]);
    assertEquals(stats.clients.map(({ messagesSent }) => messagesSent).filter((sent) => sent > 0), [1000, 1000]);
  },
);

linuxTest("control messages keep their place among the data of a server with workers", async () => {
  await using fixture = await startWorkers();
  const { server } = fixture;
  const id = server.addChannel(ODOM);
  for (const [round, client] of (await fixture.connectToEach()).entries()) {
    const heard: string[] = [];
    const done = Promise.withResolvers<void>();
    const before = server.stats().subscriptions;
    client.subscribe(ODOM.topic, { onMessage: ({ timestamp }) => void heard.push(`message ${timestamp}`) });
    client.addListener({
      onStatus: (_client, { message }) => {
        if (message === `end ${round}`) return done.resolve();
        // The client may still hear the statuses of the first round.
        if (message.startsWith(`status ${round}`)) heard.push(message);
      },
    });
    while (server.stats().subscriptions === before) await delay(1);
    const said: string[] = [];
    for (const time of numbers(200)) {
      server.sendMessage(id, time, "{}");
      said.push(`message ${time}`);
      if (time % 3n > 0n) continue;
      server.sendStatus(0, `status ${round} ${time}`);
      said.push(`status ${round} ${time}`);
    }
    server.sendStatus(0, `end ${round}`);
    await within(done.promise, "the last status");
    assertEquals(heard, said);
  }
});

linuxTest("late subscribers in each worker get the latched messages, and then newer ones", async () => {
  await using fixture = await startWorkers();
  const { server } = fixture;
  const id = server.addChannel({ ...ODOM, latch: { depth: 2 } });
  for (const time of numbers(5)) server.sendMessage(id, time, "{}");
  let latched = [3n, 4n];
  for (const client of await fixture.connectToEach()) {
    const times = await follow(server, client, ODOM.topic);
    const newer = latched[1]! + 1n;
    server.sendMessage(id, newer, "{}");
    assertEquals(await until(times, newer), [...latched, newer]);
    latched = [latched[1]!, newer];
  }
});

linuxTest("messages that do not fit into the ring keep their order among those that do", async () => {
  await using fixture = await startWorkers({ ringBytes: 64 * 1024 });
  const { server } = fixture;
  const id = server.addChannel(ODOM);
  const [client] = await fixture.connectToEach();
  const sizes: number[] = [];
  const done = Promise.withResolvers<void>();
  client!.subscribe(ODOM.topic, {
    onMessage: ({ payload }) => {
      sizes.push(payload.length);
      if (sizes.length === 9) done.resolve();
    },
  });
  while (!server.hasSubscribers(id)) await delay(1);
  const sent = [10, 300_000, 11, 12, 16_360, 16_361, 13, 5_000_000, 14];
  for (const size of sent) server.sendMessage(id, 1n, new Uint8Array(size));
  await within(done.promise, "all messages");
  assertEquals(sizes, sent);
});

linuxTest("a worker that is a ring behind loses messages, which are counted, but not the last ones", async () => {
  await using fixture = await startWorkers({ ringBytes: 64 * 1024 });
  const { server } = fixture;
  const id = server.addChannel(ODOM);
  const client = await fixture.connect();
  const noticed = Promise.withResolvers<void>();
  client.addListener({
    onStatus: (_client, { message }) => message.includes("Send buffer limit") && noticed.resolve(),
  });
  const times = await follow(server, client, ODOM.topic);
  // Many rings in one turn of the producer, which never waits.
  const count = 20_000;
  for (const time of numbers(count)) server.sendMessage(id, time, new Uint8Array(1000));
  const received = await until(times, BigInt(count - 1));
  assertEquals(received, received.toSorted((one, other) => Number(one - other)));
  assertEquals([new Set(received).size, received.length < count], [received.length, true]);
  const isComplete = (sent: number, lost: number) => sent + lost === count;
  const stats = await reportedStats(server, ({ messagesSent, drops }) => isComplete(messagesSent, drops.queue));
  assertEquals([stats.messagesSent, stats.drops.queue], [received.length, count - received.length]);
  assertEquals(stats.channels[0]?.drops.queue, count - received.length);
  // The client gets a status, as with any other loss.
  await within(noticed.promise, "the status");
});

linuxTest("a reliable channel loses nothing, although its worker is many rings behind", async () => {
  await using fixture = await startWorkers({ ringBytes: 64 * 1024 });
  const { server } = fixture;
  const id = server.addChannel({ ...ODOM, delivery: "reliable" });
  const other = server.addChannel({ ...ODOM, topic: "/flood" });
  const client = await fixture.connect();
  const times = await follow(server, client, ODOM.topic);
  await follow(server, client, "/flood");
  for (const time of numbers(2000)) {
    server.sendMessage(id, time, new Uint8Array(100));
    server.sendMessage(other, time, new Uint8Array(1000));
  }
  assertEquals(await until(times, 1999n), numbers(2000));
});

linuxTest("sendMessage() with the option to reaches one client of a server with workers", async () => {
  await using fixture = await startWorkers();
  const { server } = fixture;
  const id = server.addChannel(ODOM);
  const clients = await fixture.connectToEach();
  const followed: Queue<bigint>[] = [];
  for (const client of clients) followed.push(await follow(server, client, ODOM.topic));
  const subscribed = server.stats().clients.map(({ client }) => client.id);
  for (const to of subscribed) server.sendMessage(id, BigInt(to), "{}", { to });
  server.sendMessage(id, 1000n, "{}");
  const received = await Promise.all(followed.map((times) => until(times, 1000n)));
  assertEquals(received.map(({ length }) => length), [2, 2]);
  assertEquals(received[0]![0] === received[1]![0], false);
});

linuxTest("a client that unsubscribes and subscribes again gets the messages under its new id only", async () => {
  await using fixture = await startWorkers({ workers: 1 });
  const { server } = fixture;
  const id = server.addChannel(ODOM);
  const client = await fixture.connect();
  for (const round of numbers(5)) {
    const times = new Queue<bigint>("a message");
    const subscription = client.subscribe(ODOM.topic, { onMessage: ({ timestamp }) => times.push(timestamp) });
    while (!server.hasSubscribers(id)) await delay(1);
    server.sendMessage(id, round, "{}");
    assertEquals(await times.next(), round);
    subscription.close();
    while (server.hasSubscribers(id)) await delay(1);
    server.sendMessage(id, 99n, "{}");
  }
});

linuxTest("a removed channel ends in all workers, and its sums remain", async () => {
  await using fixture = await startWorkers();
  const { server } = fixture;
  const id = server.addChannel(ODOM);
  for (const client of await fixture.connectToEach()) {
    const times = await follow(server, client, ODOM.topic);
    server.sendMessage(id, 1n, "{}");
    await until(times, 1n);
  }
  server.removeChannel(id);
  const next = server.addChannel(ODOM);
  const [client] = await fixture.connectToEach();
  const before = await reportedStats(server, ({ messagesSent }) => messagesSent === 3);
  assertEquals([before.channels.length, before.messagesSent], [1, 3]);
  const times = await follow(server, client!, ODOM.topic);
  server.sendMessage(next, 7n, "{}");
  assertEquals(await until(times, 7n), [7n]);
});
