// AssetCache: which assets it keeps, and when it ends a request to an upstream.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { AssetCache } from "../../src/relay/mirror/asset_cache.ts";

const NEVER = new AbortController().signal;

Deno.test("AssetCache ends a request when all clients that wait for it have left, and requests again for the next", async () => {
  const cache = new AssetCache(100);
  const signals: AbortSignal[] = [];
  const fetch = (signal: AbortSignal) => {
    signals.push(signal);
    return new Promise<Uint8Array>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  };
  const clients = [new AbortController(), new AbortController()];
  const results = clients.map(({ signal }) => cache.get("robot", "package://arm", signal, fetch));
  const rejected = Promise.all(results.map((result) => assertRejects(() => result, Error, "left")));
  clients[0]!.abort(new Error("left"));
  assertEquals(signals.map(({ aborted }) => aborted), [false]);
  clients[1]!.abort(new Error("left"));
  assertEquals(signals.map(({ aborted }) => aborted), [true]);
  const next = cache.get("robot", "package://arm", NEVER, () => Promise.resolve(new Uint8Array(3)));
  await rejected;
  assertEquals([(await next).byteLength, cache.stats], [3, { assets: 1, bytes: 3, hits: 0, misses: 2 }]);
});

Deno.test("AssetCache keeps a request while a client waits for it, and does not count one that has left before", async () => {
  const cache = new AssetCache(100);
  const { promise, resolve } = Promise.withResolvers<Uint8Array>();
  const gone = AbortSignal.abort(new Error("left"));
  let signal: AbortSignal | undefined;
  const fetch = (given: AbortSignal) => {
    signal = given;
    return promise;
  };
  const [one, other] = [cache.get("robot", "a", NEVER, fetch), cache.get("robot", "a", gone, fetch)];
  await assertRejects(() => other, Error, "left");
  assertEquals(signal?.aborted, false);
  resolve(new Uint8Array(1));
  assertEquals((await one).byteLength, 1);
});

Deno.test("AssetCache keeps at most 10,000 assets, also if they are empty", async () => {
  const cache = new AssetCache(100);
  const fetch = () => Promise.resolve(new Uint8Array());
  for (let count = 0; count < 10_001; count += 1) await cache.get("robot", `${count}`, NEVER, fetch);
  assertEquals(cache.stats.assets, 10_000);
  await cache.get("robot", "0", NEVER, fetch);
  assertEquals([cache.stats.hits, cache.stats.misses], [0, 10_002]);
});
