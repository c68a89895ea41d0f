import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { Waiters } from "../../src/client/waiters.ts";

Deno.test("Waiters.resolve() resolves all calls that wait for the name, and no others", async () => {
  const waiters = new Waiters<number>();
  const [one, two, other] = [waiters.add("/a", undefined), waiters.add("/a", undefined), waiters.add("/b", undefined)];
  waiters.resolve("/none", 0);
  waiters.resolve("/a", 1);
  waiters.resolve("/a", 2);
  assertEquals([await one, await two, waiters.isEmpty], [1, 1, false]);
  waiters.rejectAll(new Error("lost"));
  await assertRejects(() => other, Error, "lost");
  assertEquals(waiters.isEmpty, true);
});

Deno.test("Waiters forgets a call that is aborted", async () => {
  const waiters = new Waiters<number>();
  const staying = waiters.add("/a", undefined);
  for (let count = 0; count < 1000; count++) {
    const control = new AbortController();
    const wait = waiters.add(count % 2 === 0 ? "/a" : `/${count}`, control.signal);
    control.abort(new Error("enough"));
    await assertRejects(() => wait, Error, "enough");
  }
  assertEquals(waiters.isEmpty, false);
  waiters.resolve("/a", 5);
  assertEquals([await staying, waiters.isEmpty], [5, true]);
});

Deno.test("Waiters removes its listener from the signal of a call that has ended", async () => {
  const waiters = new Waiters<number>();
  const { signal } = new AbortController();
  let listeners = 0;
  const counting = {
    addEventListener: (...args: Parameters<typeof signal.addEventListener>) => {
      listeners += 1;
      signal.addEventListener(...args);
    },
    removeEventListener: (...args: Parameters<typeof signal.removeEventListener>) => {
      listeners -= 1;
      signal.removeEventListener(...args);
    },
  };
  const wait = waiters.add("/a", counting as AbortSignal);
  assertEquals(listeners, 1);
  waiters.resolve("/a", 5);
  assertEquals([await wait, listeners], [5, 0]);
});
