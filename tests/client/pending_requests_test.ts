import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { PendingRequests } from "../../src/client/pending_requests.ts";

Deno.test("PendingRequests settles each request with its own response", async () => {
  const requests = new PendingRequests<number, string>();
  const one = requests.add(1, undefined);
  const two = requests.add(2, undefined);
  const three = requests.add(3, undefined);
  assertEquals([requests.resolve(2, "b"), requests.reject(1, new Error("a")), requests.resolve(9, "?")], [
    true,
    true,
    false,
  ]);
  assertEquals(await two, "b");
  await assertRejects(() => one, Error, "a");
  requests.rejectAll(new Error("lost"));
  await assertRejects(() => three, Error, "lost");
  assertEquals([requests.has(1), requests.has(3), requests.resolve(3, "late")], [false, false, false]);
});

Deno.test("PendingRequests accepts the late response to an aborted request, once", async () => {
  const requests = new PendingRequests<number, string>();
  const control = new AbortController();
  const one = requests.add(1, control.signal);
  control.abort(new Error("enough"));
  await assertRejects(() => one, Error, "enough");
  assertEquals(requests.has(1), true);
  assertEquals([requests.resolve(1, "late"), requests.resolve(1, "again")], [true, false]);
});

Deno.test("PendingRequests forgets the oldest aborted requests beyond 1000", async () => {
  const requests = new PendingRequests<number, string>();
  const control = new AbortController();
  const all = Array.from({ length: 1500 }, (_, key) => requests.add(key, control.signal));
  control.abort(new Error("enough"));
  await Promise.allSettled(all);
  const known = all.map((_, key) => key).filter((key) => requests.has(key));
  assertEquals([known.length, known[0]], [1000, 500]);
});
