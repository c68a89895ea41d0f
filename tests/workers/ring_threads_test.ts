// The ring between real threads: a writer at full speed laps its readers, and no record is torn.

import { assertEquals } from "@std/assert/equals";
import { delay } from "@std/async/delay";
import { createRing, RingWriter } from "../../src/workers/ring.ts";
import { Queue } from "../support/events.ts";

/** What `fixtures/ring_reader.ts` reports. */
interface Result {
  torn: number;
  disordered: number;
}

Deno.test("two threads read whole records in order while the writer laps them", async () => {
  const memory = createRing(16 * 1024);
  const writer = new RingWriter(memory);
  const readers = [0, 1].map(() => {
    const worker = new Worker(new URL("./fixtures/ring_reader.ts", import.meta.url), { type: "module" });
    const messages = new Queue<Result>("the result of a thread");
    const reader = { worker, messages, isReady: false, hasReadMuch: false };
    worker.onmessage = ({ data }) => {
      if (data === "ready") reader.isReady = true;
      else if (data === "read much") reader.hasReadMuch = true;
      else messages.push(data);
    };
    worker.postMessage(memory);
    return reader;
  });
  // Without a time limit, because the module of the threads may have to be type-checked.
  while (!readers.every(({ isReady }) => isReady)) await delay(1);
  const payloads = Array.from({ length: 251 }, (_, byte) => new Uint8Array(2000).fill(byte));
  let number = 0;
  // Writes until each reader has read many records, and has often lost some because the writer overtook it.
  while (!readers.every(({ hasReadMuch }) => hasReadMuch)) {
    for (let count = 0; count < 200; count++) {
      number += 1;
      writer.write(1, number, 0n, payloads[number % 251]!.subarray(0, (number * 7) % 2000));
    }
    // Otherwise, the readers would only be lapped.
    await delay(0);
  }
  // A lapped reader may miss the first ones.
  const results: Result[] = [];
  for (const { messages } of readers) {
    while (messages.size === 0) {
      writer.write(1, 0, 0n, new Uint8Array(1));
      await delay(1);
    }
    results.push(await messages.next());
  }
  for (const { worker } of readers) worker.terminate();
  assertEquals(results.map(({ torn, disordered }) => [torn, disordered]), [[0, 0], [0, 0]]);
});
