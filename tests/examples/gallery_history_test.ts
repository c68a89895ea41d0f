// history.ts: a second viewer gets the history of the first one, and --watch prints it.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { runExample } from "../support/example.ts";
import { assertChannels, assertLayout } from "../support/gallery.ts";

interface Temperature {
  header: { stamp: { sec: number; nsec: number } };
  celsius: number;
}

interface Received {
  timestamp: bigint;
  value: Temperature;
  /** The time when the test received the message, in ns since the Unix epoch, rounded up to ms. */
  receivedAt: bigint;
}

/** Connects a viewer that takes so many messages. */
async function view(url: string, count: number): Promise<Received[]> {
  await using client = await FoxgloveClient.connect(url, { reconnect: false });
  await assertChannels(client, ["/temperature"]);
  await assertLayout("history", client);
  const received: Received[] = [];
  for await (const { timestamp, value } of client.subscribe("/temperature").decoded<Temperature>()) {
    received.push({ timestamp, value, receivedAt: BigInt(Date.now() + 1) * 1_000_000n });
    if (received.length === count) break;
  }
  return received;
}

Deno.test("history.ts sends a second viewer all that the first one has seen, at once", async () => {
  await using program = runExample("history.ts", "--port", "0", "--period", "0.05");
  const url = (await program.line()).replace("Listening on ", "");
  const first = await view(url, 20);
  const second = await view(url, 30);
  // The history begins with the first value since the start of the server, for both.
  const contents = (received: Received[]) => received.map(({ timestamp, value }) => ({ timestamp, value }));
  assertEquals(contents(second).slice(0, 20), contents(first));
  assertEquals(second.slice(0, 20).every(({ timestamp }) => timestamp <= second[0]!.receivedAt), true);
  for (const { timestamp, value: { header: { stamp }, celsius } } of second) {
    const differenceNs = timestamp - (BigInt(stamp.sec) * 1_000_000_000n + BigInt(stamp.nsec));
    // The stamp is the time of the message, in whole milliseconds.
    assertEquals(differenceNs >= 0n && differenceNs < 1_000_000_000n, true, `${differenceNs} ns`);
    assertEquals(Math.abs(celsius - 21.5) < 10, true);
  }
});

Deno.test("history.ts keeps the newest 300 values", async () => {
  await using program = runExample("history.ts", "--port", "0", "--period", "0.001");
  const url = (await program.line()).replace("Listening on ", "");
  const early = await view(url, 400);
  const late = await view(url, 300);
  // The server has sent at least 400 values before, so that the first 100 are gone.
  const oldest = late[0]!.timestamp;
  assertEquals(
    early.findIndex(({ timestamp }) => timestamp >= oldest) >= 100 || oldest > early.at(-1)!.timestamp,
    true,
  );
  // All 300 are older than the arrival of the first one.
  assertEquals(late.every(({ timestamp }) => timestamp <= late[0]!.receivedAt), true);
});

Deno.test("history.ts --watch prints the history with its age, and ends on Ctrl-C", async () => {
  await using program = runExample("history.ts", "--port", "0", "--period", "0.05");
  const url = (await program.line()).replace("Listening on ", "");
  const history = (await view(url, 20)).map(({ value }) => value.celsius.toFixed(2));
  await using viewer = runExample("history.ts", "--watch", url);
  const printed: { celsius: string | undefined; age: number }[] = [];
  while (printed.length < 20) {
    const [, celsius, age] = /^(\d+\.\d\d) °C, (\d+\.\d) s ago$/.exec(await viewer.line()) ?? [];
    printed.push({ celsius, age: Number(age) });
  }
  assertEquals(printed.map(({ celsius }) => celsius), history);
  // The first of 20 values of a signal that has a value each 50 ms. Later ones may be older if the viewer is slow.
  const { age: oldest = 0 } = printed[0]!;
  assertEquals(oldest >= 0.9, true, `the oldest value is ${oldest} s old`);
  viewer.kill("SIGINT");
  const { code, stderr } = await viewer.ended();
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("history.ts --period reports an invalid number in one line", async () => {
  await using program = runExample("history.ts", "--period", "0");
  const { code, lines, stderr } = await program.ended();
  assertEquals([code, lines, stderr], [2, [], `${stderr.split("\n")[0]}\n`]);
  assertStringIncludes(stderr, '--period is "0", must be');
});
