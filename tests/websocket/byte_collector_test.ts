// ByteCollector: which chunks it frees.

import { assertEquals } from "@std/assert/equals";
import { ByteCollector } from "../../src/websocket/byte_collector.ts";

const CHUNK_BYTES = 64 * 1024;
const MIB = 1024 * 1024;

Deno.test("ByteCollector.append() frees the chunks of a payload from 1 MiB on", () => {
  const collector = new ByteCollector();
  const chunks = Array.from({ length: 20 }, (_, index) => new Uint8Array(CHUNK_BYTES).fill(index));
  for (const chunk of chunks) collector.append(chunk, 0, chunk.length, 2 * MIB);
  assertEquals(chunks.map(({ length }) => length), chunks.map((_, index) => index < 15 ? CHUNK_BYTES : 0));
  const payload = collector.take();
  assertEquals(payload.length, 20 * CHUNK_BYTES);
  for (let index = 0; index < 20; index++) assertEquals(payload[index * CHUNK_BYTES], index);
});

Deno.test("ByteCollector.append() does not free a chunk that has other bytes, or a small one", () => {
  const collector = new ByteCollector();
  collector.append(new Uint8Array(MIB), 0, MIB, 2 * MIB);
  const [first, last, part, small] = [CHUNK_BYTES, CHUNK_BYTES, CHUNK_BYTES, 1000].map((size) => new Uint8Array(size));
  collector.append(first!, 0, CHUNK_BYTES - 1, 2 * MIB);
  collector.append(last!, 1, CHUNK_BYTES, 2 * MIB);
  collector.append(part!.subarray(1000), 0, CHUNK_BYTES - 1000, 2 * MIB);
  collector.append(small!, 0, 1000, 2 * MIB);
  assertEquals([first, last, part, small].map((each) => each!.length), [CHUNK_BYTES, CHUNK_BYTES, CHUNK_BYTES, 1000]);
});

Deno.test("ByteCollector.take() returns a payload that later ones do not change", () => {
  const collector = new ByteCollector();
  collector.append(Uint8Array.of(1, 2, 3), 1, 3, 10);
  const first = collector.take();
  collector.append(Uint8Array.of(4), 0, 1, 10);
  assertEquals([first, collector.take(), collector.length], [Uint8Array.of(2, 3), Uint8Array.of(4), 0]);
});
