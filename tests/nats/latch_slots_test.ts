// LatchSlots: numbers for latched messages.

import { assertEquals } from "@std/assert/equals";
import { LatchSlots } from "../../src/nats/latch_slots.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("LatchSlots: without keys, a message takes the slot of the oldest one", () => {
  const slots = new LatchSlots({ depth: 3 });
  assertEquals([1, 2, 3, 4, 5, 6, 7].map(() => slots.slotOf(bytes("x"))), [0, 1, 2, 0, 1, 2, 0]);
  assertEquals(slots.usedSlots().sort(), [0, 1, 2]);
});

Deno.test("LatchSlots: with keys, a message takes the slot of its key, or of the key that is replaced", () => {
  const keyBy = (payload: Uint8Array) => {
    const key = new TextDecoder().decode(payload);
    if (key === "!") throw new Error("no key");
    return key;
  };
  const slots = new LatchSlots({ depth: 2, keyBy });
  const slotOf = (key: string) => slots.slotOf(bytes(key));
  assertEquals(["a", "b", "a", "b", "a"].map(slotOf), [0, 1, 0, 1, 0]);
  assertEquals(slotOf("!"), undefined);
  // b is the oldest one now.
  assertEquals(["c", "a", "b"].map(slotOf), [1, 0, 1]);
});
