// Drives of other servers, recorded by record() and played to other clients.

import { assertEquals } from "@std/assert/equals";
import { delay } from "@std/async/delay";
import { type Channel, FoxgloveClient } from "../../../src/client/mod.ts";
import { McapPlayer, record } from "../../../src/mcap/mod.ts";
import { encodeBase64 } from "../../../src/protocol/base64.ts";
import type { ReceivedMessage, Subscription } from "../../interop/client_driver.ts";
import { NPM_CLIENT } from "../../interop/clients/npm_client.ts";
import { PYTHON_CLIENT } from "../../interop/clients/python_client.ts";
import {
  missingProgram,
  NPM_SERVER,
  PYTHON_SERVER,
  RUST_SERVER,
  ServerDriver,
  type ServerImplementation,
} from "../../interop/server_driver.ts";
import { explainMissing } from "../../../tools/peers.ts";
import { testUnless } from "../../support/needed_programs.ts";

const LIMIT_MS = 20_000;
const TOPICS: readonly string[] = ["/odom", "/points"];

/** A message as it must arrive. */
interface DriveMessage {
  readonly topic: string;
  readonly timestamp: bigint;
  readonly payload: Uint8Array;
}

/** Bytes of all values, on both topics, some at the same time. */
const DRIVE: readonly DriveMessage[] = Array.from({ length: 40 }, (_, index) => ({
  topic: TOPICS[index % 2]!,
  timestamp: 1_700_000_000_000_000_001n + BigInt(Math.floor(index / 3)) * 5_000_000n,
  payload: Uint8Array.from({ length: index * 7 }, (_, offset) => (offset * 31 + index) % 256),
}));

for (const server of [NPM_SERVER, PYTHON_SERVER, RUST_SERVER]) {
  const missing = missingProgram(server.needs) ?? explainMissing("node") ?? explainMissing("python");
  const title =
    `a drive of ${server.name} plays to npm's client and a Python client with the same bytes, order and times`;
  testUnless(missing, `McapPlayer: ${title}`, async () => await checkPlayed(await recordDrive(server)));
}

/** Sends the drive through a server, and returns what record() writes of it. */
async function recordDrive(
  implementation: ServerImplementation,
): Promise<{ file: Blob; channels: ReadonlyMap<string, Channel> }> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  await using server = await ServerDriver.start(implementation);
  await using client = await FoxgloveClient.connect(server.url);
  await using recording = await record(client, { write: (bytes) => void parts.push(bytes.slice()) }, {
    topics: TOPICS,
    logger: false,
  });
  for (const _topic of TOPICS) await server.nextEvent("subscribe");
  for (const { topic, timestamp, payload } of DRIVE) {
    await server.execute({
      type: "sendMessage",
      topic,
      timestamp: `${timestamp}`,
      payload: encodeBase64(payload),
    });
  }
  while (recording.stats.messages < DRIVE.length) await delay(2);
  const channels = new Map([...client.channels.values()].map((channel) => [channel.topic, channel]));
  await recording.close();
  return { file: new Blob(parts), channels };
}

async function checkPlayed({ file, channels }: Awaited<ReturnType<typeof recordDrive>>): Promise<void> {
  const clients = [NPM_CLIENT, PYTHON_CLIENT];
  const allSubscribed = Promise.withResolvers<void>();
  let subscribed = 0;
  const listener = {
    onClientSubscribe: () => {
      subscribed += 1;
      if (subscribed === clients.length * TOPICS.length) allSubscribed.resolve();
    },
  };
  await using player = await McapPlayer.open(file, { server: { port: 0, listener } });
  await player.server.start();
  for (const channel of player.server.channels.values()) {
    const recorded = channels.get(channel.topic);
    assertEquals(channel, { ...recorded, id: channel.id, schemaEncoding: recorded?.schemaEncoding ?? "" });
  }
  assertEquals(player.server.channels.size, TOPICS.length);
  await using drivers = new AsyncDisposableStack();
  const received = await Promise.all(clients.map(async ({ connect }) => {
    const driver = drivers.use(await connect(player.server.url!, AbortSignal.timeout(LIMIT_MS)));
    // The drivers wait for one thing at a time.
    for (const topic of TOPICS) await driver.waitForChannel(topic);
    const streams = new Map<string, Subscription<ReceivedMessage>>();
    for (const topic of TOPICS) streams.set(topic, await driver.subscribe(topic));
    return streams;
  }));
  await allSubscribed.promise;
  player.play();
  for (const streams of received) {
    for (const { topic, timestamp, payload } of DRIVE) {
      // Rejects if the next message is on another topic.
      const message = await streams.get(topic)!.next();
      assertEquals([message.timestamp, encodeBase64(message.payload)], [timestamp, encodeBase64(payload)]);
    }
  }
}
