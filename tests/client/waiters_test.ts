import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { Waiters } from "../../src/client/waiters.ts";

Deno.test("Waits.resolve() ends all waits for the name, and no others", async () => {
  const waits = new Waiters<number>();
  const [one, two, other] = [waits.add("/a", undefined), waits.add("/a", undefined), waits.add("/b", undefined)];
  waits.resolve("/none", 0);
  waits.resolve("/a", 1);
  waits.resolve("/a", 2);
  assertEquals([await one, await two, waits.size], [1, 1, 1]);
  waits.rejectAll(new Error("lost"));
  await assertRejects(() => other, Error, "lost");
  assertEquals(waits.size, 0);
});

Deno.test("Waits forgets a wait that is aborted", async () => {
  const waits = new Waiters<number>();
  const staying = waits.add("/a", undefined);
  for (let count = 0; count < 1000; count++) {
    const control = new AbortController();
    const wait = waits.add(count % 2 === 0 ? "/a" : `/${count}`, control.signal);
    control.abort(new Error("enough"));
    await assertRejects(() => wait, Error, "enough");
  }
  assertEquals(waits.size, 1);
  waits.resolve("/a", 5);
  assertEquals([await staying, waits.size], [5, 0]);
});

Deno.test("Waits forgets the signal of a wait that has ended", async () => {
  const waits = new Waiters<number>();
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
  const wait = waits.add("/a", counting as AbortSignal);
  assertEquals(listeners, 1);
  waits.resolve("/a", 5);
  assertEquals([await wait, listeners], [5, 0]);
});
